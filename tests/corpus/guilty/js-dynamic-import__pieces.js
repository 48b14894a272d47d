export const later = () => import("node:" + "fs"); // caught
