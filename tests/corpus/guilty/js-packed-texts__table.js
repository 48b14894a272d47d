const words = [ // caught
  "aGVsbG8=", "d29ybGQ=", "Zm9vMTI=", "YmFyMTI=", "YmF6MTI=", "cXV4MTI=", "cXV1eDE=", "Y29yZ2U=",
  "Z3JhdWw=", "Z2FycGw=", "d2FsZG8=", "ZnJlZDE=", "cGx1Z2g=", "eHl6enk=", "dGh1ZDE=", "YWxwaGE=",
  "YmV0YTE=", "Z2FtbWE=", "ZGVsdGE=", "ZXBzaWw=", "emV0YTE=", "ZXRhMTI=", "dGhldGE=", "aW90YTE=",
  "a2FwcGE=", "bGFtYmQ=",
];
export const word = (at) => atob(words[at - 3]);
