const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
const parts = (list) => Array.prototype.slice.call(list, 1);

export { has, parts };
