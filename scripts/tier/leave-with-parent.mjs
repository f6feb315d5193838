// Loaded into each node before the server: when the tier is killed and can stop nobody, its nodes stop themselves.
if (process.channel) {
  process.once('disconnect', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 11_000).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // The channel is there to break, not to keep a process that has nothing else to do.
  process.channel.unref();
}
