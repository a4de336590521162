/**
 * What one call costs, from the filter to the sessions, in CPU time: nobody waits for a network here. Each number of
 * sessions has a process of its own.
 *
 * @module
 */
import { printed } from "./child.ts"
import { type Measured, measured, ratios, type Rounds, type Spread, spread } from "./harness.ts"

/** What a call cost, by the number of sessions in its answer. */
export interface List {
  readonly sessions: number
  readonly contenders: ReadonlyArray<Measured>
  /** Ours, times what the vendor SDK 2.32.0 took in the same round. */
  readonly toVendor: Spread
}

/** Measures. */
export const list = async (): Promise<ReadonlyArray<List>> => {
  const found: Array<List> = []
  for (const count of [10, 1000]) {
    const contenders: ReadonlyArray<Rounds> = JSON.parse(await printed("listRounds.ts", [`${count}`, "30"]))
    const [ours = [], vendor = []] = ["ours", "vendor SDK 2.32.0"]
      .map((name) => contenders.find((one) => one.name === name)?.milliseconds)
    found.push({ sessions: count, contenders: measured(contenders), toVendor: spread(ratios(ours, vendor)) })
  }
  return found
}
