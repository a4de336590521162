/**
 * What the to-do API is meant to do: all that the checks need to know.
 *
 * @module
 */
import { Filter, Operation } from "@seam-effect/contract-tests"

/** `GET /todos`. */
export const todos: Operation.Operation = Operation.make({
  path: "/todos",
  by: "query",
  items: "",
  id: "id",
  filters: {
    done: Filter.equals("done"),
    assignee: Filter.equals("assignee_id", { null: true }),
    tag: Filter.member("tags"),
    ids: Filter.oneOf("id"),
    created_before: Filter.before("created_at"),
    unassigned: Filter.isNull("assignee_id")
  }
})
