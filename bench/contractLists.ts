/**
 * The lists that the contract checks are measured with: Seam's client sessions, and things of another declaration. The same
 * for the server that has them and for the run that asks it.
 *
 * @module
 */
import { Simulator } from "@seam-effect/client-sessions/simulator"
import type { Contract } from "@seam-effect/contract-tests"
import { Filter, Operation } from "@seam-effect/contract-tests"
import { clientSessions } from "../contract-tests/seam/clientSessions.ts"
import type { Workspace, World } from "../contract-tests/seam/world.ts"

/** A declaration, and the credentials that go with it. */
export interface List {
  readonly operation: Operation.Operation
  readonly credentials?: Pick<Contract.TargetOptions, "credential" | "otherCredential">
}

/** Two workspaces, of which the first has so many sessions; newest first, as the contract wants them. */
export const worldOf = (count: number): World => ({
  workspaces: [count, 100].map((sessions, at): Workspace => {
    const [workspace] = Simulator.generate({ seed: at + 1, sessions })
    if (workspace === undefined) throw new Error("No workspace was generated")
    return {
      workspace_id: workspace.workspace_id,
      api_key: `seam_benchmark${at}`,
      personal_access_token: `seam_at1benchmark${at}`,
      sessions: workspace.sessions.toSorted((a, b) => a.created_at < b.created_at ? 1 : -1)
    }
  })
})

/** A thing as on the wire. */
export interface Thing {
  readonly id: string
  readonly colour: string | null
  readonly tags: ReadonlyArray<string>
  readonly created_at: string
  readonly note: string
}

const colours = ["red", "green", "blue", "Blue", "navy blue", "yellow", "grün", null]
const tags = ["home", "work", "homework", "garden", "urgent", "a,b", "x_y", "x%y"]

/** So many things, always the same, oldest first: an eighth of each colour, a quarter of each tag. */
export const thingsOf = (count: number): ReadonlyArray<Thing> =>
  Array.from({ length: count }, (_, at): Thing => ({
    id: `thing_${Math.imul(at + 1, 0x9e3779b1) >>> 0}`,
    colour: colours[at % colours.length] ?? null,
    tags: tags.filter((_, place) => (at * 7 + place * 3) % 4 === 0),
    created_at: new Date(Date.UTC(2024, 0, 1) + at * 61_000).toISOString(),
    note: `What there is to say of it: ${"it is one of many. ".repeat(22)}`
  }))

/** The lists, by their names. */
export const lists: { readonly [name: string]: List } = {
  "client sessions": {
    operation: clientSessions,
    credentials: { credential: "seam_benchmark0", otherCredential: "seam_benchmark1" }
  },
  things: {
    operation: Operation.make<Thing>({
      path: "/things",
      by: "query",
      items: "things",
      id: "id",
      order: ["created_at"],
      filters: {
        id: Filter.equals("id"),
        ids: Filter.oneOf("id"),
        colour: Filter.equals("colour"),
        colours: Filter.oneOf("colour"),
        colourless: Filter.isNull("colour"),
        tag: Filter.member("tags"),
        created_before: Filter.before("created_at"),
        created_after: Filter.after("created_at")
      }
    })
  }
}
