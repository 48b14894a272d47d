export function show(person) {
  var out = "";
  with (person) { // caught
    out = name + email;
  }
  return out;
}
