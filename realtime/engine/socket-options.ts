import type { ServerOptions } from 'socket.io';

type Settings = Partial<ServerOptions> & { pingInterval: number; pingTimeout: number };

/** The options of Socket.IO that both engines share, without those that the engine decides. */
export function socketOptions(options: Partial<ServerOptions>): Settings {
  return {
    pingInterval: 25_000,
    pingTimeout: 20_000,
    ...options,
    serveClient: false,
    // Compressed, secrets beside chosen text can be guessed by length; and it costs more than the network here.
    perMessageDeflate: false,
    httpCompression: false,
  };
}
