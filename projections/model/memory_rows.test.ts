import { describe } from "vitest";
import { isolationContract } from "../isolation_contract.ts";
import { projectorContract } from "../projector_contract.ts";
import { rowStoreContract } from "../row_store_contract.ts";
import { memoryKit } from "../testing/rows_kit.ts";

const open = () => Promise.resolve(memoryKit());

describe("rows in memory", () => rowStoreContract(open));
describe("a projector on rows in memory", () => projectorContract(open));
describe("projections on rows in memory", () => isolationContract(open));
