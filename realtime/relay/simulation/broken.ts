/** Ways in which the glue can be put together wrongly. The product's own code is the same in all of them. */
export type Broken =
  /** The sequencer is put live when the snapshot has been read already. */
  | 'live after the snapshot'
  /** The reader joins without waiting until the sequencer stands at the snapshot. */
  | 'joined too early'
  /** The floor is what lies above the newest transaction seen. */
  | 'floor of the newest'
  /** What was published at or above the floor is forgotten. */
  | 'published forgotten'
  /** Rooms get whatever is newer than what they had. */
  | 'gaps not filled'
  /** Rooms get whatever arrives, and messages do not tell their term. */
  | 'messages trusted'
  /** Nobody looks at the heads. */
  | 'heads not read'
  /** A session that was ended goes on reading, by a connection that does not lead. */
  | 'reads without the lead';
