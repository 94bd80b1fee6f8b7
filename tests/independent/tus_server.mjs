// The reference tus server, with its store in a folder: node tus_server.mjs FOLDER PORT. For tests, on loopback only.
import { Server } from "@tus/server";
import { FileStore } from "@tus/file-store";

const [folder, port] = process.argv.slice(2);
const server = new Server({ path: "/files", datastore: new FileStore({ directory: folder }) });
server.listen({ host: "127.0.0.1", port: Number(port) }, () => console.log("listening"));
