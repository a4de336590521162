/**
 * What a run of the contract checks takes as the list grows: seconds, memory, requests, bytes. Each run is made by a process
 * of its own, against a server in another one.
 *
 * ```sh
 * deno run -A contractLarge.ts
 * ```
 *
 * @module
 */
import { child, printed } from "./child.ts"
import { lists } from "./contractLists.ts"
import type { Reading } from "./contractRun.ts"

const counts = [4000, 20_000]

const measure = async (name: string, count: number): Promise<Reading> => {
  await using server = child("contractServer.ts", [name, `${count}`]).spawn()
  const { value = "" } = await server.stdout.pipeThrough(new TextDecoderStream()).getReader().read()
  return JSON.parse(await printed("contractRun.ts", [name, `http://127.0.0.1:${value.trim()}`]))
}

const row = (cells: ReadonlyArray<string | number>): void => console.log(`| ${cells.join(" | ")} |`)
const mega = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

row(["list", "items", "seconds", "times the first", "peak memory", "requests", "received", "checks that didn't pass"])
row(Array.from({ length: 8 }, () => "---"))
for (const name of Object.keys(lists)) {
  let first: number | undefined
  for (const count of counts) {
    const { others, peak, received, requests, seconds } = await measure(name, count)
    first ??= seconds
    const passed = others.join("; ") || "none"
    row([name, count, seconds.toFixed(1), (seconds / first).toFixed(1), mega(peak), requests, mega(received), passed])
  }
}
