import { z } from "zod";
import type { PersonEvent } from "../../actors/person/person_events.ts";
import { actorId, eventsOf, fields } from "./shape.ts";

/** The events of a person who is forgotten. */
export const personEventSchemas = eventsOf<PersonEvent>()({
  "person.erased@1": fields("A person is forgotten.", {
    actors: z.array(actorId).describe("What the person's data came with"),
    kept: z.array(actorId).describe("Whose party block stays, as tax law wants"),
  }),
});
