export default { name: "acme" };
