/**
 * Compares decoders on Deno, for `decode.ts`: in a process of its own. Its arguments are how many sessions to decode, for
 * how many seconds, and the names of the decoders.
 *
 * @module
 */
import { decoders } from "./decoders.ts"
import { compare } from "./harness.ts"
import { bodyOf, sessions } from "./input.ts"
import { variant } from "./variants.ts"

const [count = "", seconds = "", ...names] = Deno.args

const text = bodyOf(sessions(Number(count)))
const contenders = await Promise.all(names.map(async (name) => {
  const decode = decoders[name] ?? await variant(name)
  return { name, run: () => decode?.(text) }
}))
for (const { name, run } of contenders) {
  if (run()?.length !== Number(count)) throw new Error(`${name} did not decode ${count} sessions`)
}
console.log(JSON.stringify(await compare(contenders, { clock: "wall", seconds: Number(seconds) })))
