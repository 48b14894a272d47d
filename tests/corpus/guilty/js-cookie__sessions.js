export const read = () => document.cookie.split(";"); // caught
