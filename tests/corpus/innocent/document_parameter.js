export function title(document) {
  return document.title ?? document.name;
}

export const titles = (documents) => documents.map(title);
