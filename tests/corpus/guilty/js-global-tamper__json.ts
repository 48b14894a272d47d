const parse = JSON.parse;
JSON.parse = (text: string) => { // caught
  console.log(text);
  return parse(text);
};
