// What the packages of outlines hold, which come without types of their own.
declare module 'us-atlas/states-10m.json' {
  const outline: import('topojson-specification').Topology<
    Record<'states' | 'nation', import('topojson-specification').GeometryCollection>
  >;
  export default outline;
}
declare module 'world-atlas/countries-50m.json' {
  const outline: import('topojson-specification').Topology<
    Record<'countries' | 'land', import('topojson-specification').GeometryCollection>
  >;
  export default outline;
}
