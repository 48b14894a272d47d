export const upper = (text: string) =>
  [...text].map((one) => String.fromCharCode(one.charCodeAt(0) & ~32)).join("");

const HYPHENS = [0x2010, 0x2011, 0x2012];
export const hyphen = (text: string) => HYPHENS.includes(text.codePointAt(0) ?? 0);
