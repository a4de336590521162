/**
 * What is there to ask about a target before its readings are known.
 *
 * @module
 */
import type { Item } from "../operation/Item.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import type { Asks } from "./Ask.ts"
import type { Answer, Probe } from "./Probe.ts"
import type { Single, Survey } from "./Survey.ts"

/** A target, what it lists, and the means to ask it. */
export interface Scene {
  readonly operation: Operation
  readonly probe: Probe
  readonly asks: Asks
  readonly survey: Survey
  /** The questions of one filter that the items make, simplest first. */
  readonly singles: ReadonlyArray<Single>
}

/** The id of an item that was read as one. */
export const idOf = ({ operation }: Pick<Scene, "operation">, item: Item): string =>
  Operations.idOf(operation, item) ?? ""

/** The ids of some items, in their order. */
export const ids = (scene: Pick<Scene, "operation">, items: Iterable<Item>): ReadonlyArray<string> =>
  Array.from(items, (item) => idOf(scene, item))

/** Whether the target refused a request as the client's fault. */
export const isRefusal = (answer: Answer): boolean => answer.status >= 400 && answer.status < 500
