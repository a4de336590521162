/**
 * Compares decoders on Deno, for `decode.ts`: in a process of its own. Its arguments are how many sessions to decode, for
 * how many seconds, and the names of the decoders.
 *
 * @module
 */
import { decoders } from "./decoders.ts"
import { compare } from "./harness.ts"
import { bodyOf, sessions } from "./input.ts"

const [count = "", seconds = "", ...names] = Deno.args

const text = bodyOf(sessions(Number(count)))
const contenders = names.map((name) => ({ name, run: () => decoders[name]?.(text) }))
for (const { name, run } of contenders) {
  if (run()?.length !== Number(count)) throw new Error(`${name} did not decode ${count} sessions`)
}
console.log(JSON.stringify(await compare(contenders, { clock: "wall", seconds: Number(seconds) })))
