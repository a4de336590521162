/**
 * What it costs to decode: on Deno, in `workerd`, and as the list grows. On Deno each number of sessions has processes of
 * its own: what a hundred megabytes leave behind in memory makes whatever comes next slower, ours the most.
 *
 * @module
 */
import { Miniflare } from "npm:miniflare@4.20260426.0"
import { printed } from "./child.ts"
import { decoders } from "./decoders.ts"
import { inTurn, type Measured, measured, ratios, type Rounds, type Spread, spread } from "./harness.ts"
import { bodyOf, sessions } from "./input.ts"
import { variants } from "./variants.ts"

/** What decoding cost. */
export interface Decode {
  readonly sessions: number
  /** Of the text. */
  readonly bytes: number
  readonly deno: ReadonlyArray<Measured>
  readonly workerd: ReadonlyArray<Measured>
  /** On Deno, ours without one thing or another that it makes. */
  readonly parts: ReadonlyArray<Measured>
  readonly growth: Growth
}

/** What becomes of `JSON.parse` and ours on Deno as the list grows. */
export interface Growth {
  readonly sizes: ReadonlyArray<{ readonly sessions: number; readonly contenders: ReadonlyArray<Measured> }>
  /** How many times as long each takes for a session when there are the most of them as when there are the fewest. */
  readonly factors: ReadonlyArray<{ readonly name: string; readonly factor: Spread }>
}

const count = 5000

const names = Object.keys(decoders)

const onDeno = async (
  size: number,
  seconds: number,
  names: ReadonlyArray<string>
): Promise<ReadonlyArray<Rounds>> => JSON.parse(await printed("decodeRounds.ts", [`${size}`, `${seconds}`, ...names]))

const sizes = [10, 100, 5000, 100_000]

/** Each round has a process for each size, so that how far apart the rounds are tells how far apart processes are. */
const growing = async (): Promise<Growth> => {
  const names = ["JSON.parse", "ours"]
  const bySize = await inTurn(sizes.map((size) => () => onDeno(size, 1.5, names)), 45)
  const roundsOf = (name: string, processes: ReadonlyArray<ReadonlyArray<Rounds>> = []) =>
    processes.map((contenders) => contenders.find((one) => one.name === name)?.milliseconds ?? [])
  const perSession = (name: string, at: 0 | -1): ReadonlyArray<number> =>
    roundsOf(name, bySize.at(at)).map((rounds) => spread(rounds).median / (sizes.at(at) ?? NaN))
  return {
    sizes: sizes.map((sessions, index) => ({
      sessions,
      contenders: measured(names.map((name) => ({ name, milliseconds: roundsOf(name, bySize[index]).flat() })))
    })),
    factors: names.map((name) => ({ name, factor: spread(ratios(perSession(name, -1), perSession(name, 0))) }))
  }
}

const bundled = async (): Promise<string> => {
  const path = new URL("workers/decode.ts", import.meta.url).pathname
  const args = ["bundle", "--quiet", "--platform", "browser", "--minify", path]
  return new TextDecoder().decode((await new Deno.Command(Deno.execPath(), { args }).output()).stdout)
}

/** How often a request decodes: its own cost is taken off, and should be little beside it. */
const times = 10

// In workerd time stands still while code runs (a guard against timing attacks), so the clock is out here.
const inWorkerd = async (text: string, seconds: number): Promise<ReadonlyArray<Measured>> => {
  const miniflare = new Miniflare({
    modules: true,
    script: await bundled(),
    compatibilityDate: "2026-04-01",
    cf: false
  })
  try {
    const url = await miniflare.ready
    await (await fetch(url, { method: "POST", body: text })).text()
    const request = async (name: string, times: number): Promise<number> => {
      const start = performance.now()
      const response = await fetch(new URL(`/?${new URLSearchParams({ name, times: `${times}` })}`, url))
      const decoded = await response.text()
      if (decoded !== String(times * count)) throw new Error(`${name} in workerd: ${response.status} ${decoded}`)
      return performance.now() - start
    }
    const samples = names.map((name) => async () => (await request(name, times) - await request(name, 0)) / times)
    for (const sample of samples) await sample()
    const taken = await inTurn(samples, seconds)
    return measured(names.map((name, index) => ({ name, milliseconds: taken[index] ?? [] })))
  } finally {
    await miniflare.dispose()
  }
}

/** Measures. */
export const decode = async (): Promise<Decode> => {
  const text = bodyOf(sessions(count))
  return {
    sessions: count,
    bytes: new TextEncoder().encode(text).length,
    deno: measured(await onDeno(count, 30, names)),
    parts: measured(await onDeno(count, 12, ["JSON.parse", "ours", ...variants])),
    workerd: await inWorkerd(text, 45),
    growth: await growing()
  }
}
