import { balance } from "./balancer.ts";

/** The balancer as a process: `balancer-main.ts LISTEN BACKEND...`, each ADDRESS:PORT. */
const [listen = "", ...backends] = process.argv.slice(2);
balance(listen, backends).on("error", (error) => {
  console.error(`cannot balance on ${listen}: ${error.message}`);
  process.exit(1);
});
