import { type RouteConfig, z } from "@hono/zod-openapi";
import {
  assignBody,
  caseAnswer,
  caseChanged,
  casesQuery,
  caseWithNotes,
  closeBody,
  noteBody,
} from "../schemas/case.ts";
import * as story from "./case_examples.ts";
import { idempotencyHeader, readHeader } from "./parameters.ts";
import {
  accepted,
  always,
  changed,
  intake,
  jsonBody,
  notModified,
  page,
  read,
  refusals,
  withBody,
} from "./parts.ts";

const tags = ["Cases"];
const casePath = z.object({ caseId: z.string().openapi({ example: story.caseId }) });
const pendingCase = z.object({ caseId: z.string(), pending: z.string() }).openapi("AcceptedCaseChange");

const reading: readonly RouteConfig[] = [
  {
    method: "get",
    path: "/v1/cases",
    operationId: "listCases",
    summary: "List what needs a person",
    description:
      "A case is a problem of one parcel: late beyond what its carrier does, stopped by an exception, on its way back. Rules open it, and " +
      "close it when the problem is gone. What is due first comes first.",
    tags,
    security: [{ key: ["shipments:read"] }],
    request: { headers: readHeader, query: casesQuery },
    responses: {
      200: page("CasePage", caseAnswer, [story.caseAnswer]),
      304: notModified,
      ...refusals(...always, "malformed-header", "invalid-request", "unavailable"),
    },
  },
  {
    method: "get",
    path: "/v1/cases/{caseId}",
    operationId: "getCase",
    summary: "Read a case, with its notes",
    tags,
    security: [{ key: ["shipments:read"] }],
    request: { headers: readHeader, params: casePath },
    responses: {
      200: read("The case.", caseWithNotes, { ...story.caseAnswer, notes: [] }),
      304: notModified,
      ...refusals(...always, "malformed-header", "unknown-case", "no-answer", "unavailable"),
    },
  },
];

const changes = [
  ...always,
  ...withBody,
  ...intake,
  "unknown-case",
  "idempotency-key-required",
  "idempotency-mismatch",
  "malformed-header",
] as const;
const later = accepted("Durable, and not decided yet: read the `Location`.", pendingCase);

const changing: readonly RouteConfig[] = [
  {
    method: "post",
    path: "/v1/cases/{caseId}/notes",
    operationId: "noteCase",
    summary: "Write something down about a case",
    description:
      "The text may speak of people: it is kept apart from the log, so that a person can be erased.",
    tags,
    security: [{ key: ["shipments:write"] }],
    request: { headers: idempotencyHeader, params: casePath, body: jsonBody(noteBody, story.noteExample) },
    responses: {
      201: changed("It is kept.", caseChanged, story.notedAnswer),
      202: later,
      ...refusals(...changes),
    },
  },
  {
    method: "post",
    path: "/v1/cases/{caseId}/assign",
    operationId: "assignCase",
    summary: "Give a case to another team, or change how soon it is due",
    tags,
    security: [{ key: ["shipments:write"] }],
    request: {
      headers: idempotencyHeader,
      params: casePath,
      body: jsonBody(assignBody, story.assignExample),
    },
    responses: {
      200: changed("As it is now.", caseChanged, story.assignedAnswer),
      202: later,
      ...refusals(...changes, "case-closed"),
    },
  },
  {
    method: "post",
    path: "/v1/cases/{caseId}/close",
    operationId: "closeCase",
    summary: "Close a case",
    description: "It stays closed while the problem lasts; the same problem later is another case.",
    tags,
    security: [{ key: ["shipments:write"] }],
    request: { headers: idempotencyHeader, params: casePath, body: jsonBody(closeBody, story.closeExample) },
    responses: {
      200: changed("It is closed.", caseChanged, story.closedAnswer),
      202: later,
      ...refusals(...changes),
    },
  },
];

/** The calls about what needs a person. */
export const caseOperations: readonly RouteConfig[] = [...reading, ...changing];
