/** Versions (table 0104) whose MSH, EVN, PID, PV1, MRG and NPU have the fields we read at the same places. */
export const supportedVersions: ReadonlySet<string> = new Set([
  ...['2.1', '2.2', '2.3', '2.3.1', '2.3.2', '2.4', '2.5', '2.5.1', '2.6'],
  ...['2.7', '2.7.1', '2.8', '2.8.1', '2.8.2'],
]);
