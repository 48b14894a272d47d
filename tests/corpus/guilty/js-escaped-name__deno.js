const version = D\u0065no.version; // caught
export default version;
