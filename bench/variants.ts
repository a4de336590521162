/**
 * Our decoder without one thing that it makes, to tell what that costs: compiled from a schema that leaves it out.
 *
 * @module
 */
import { ClientSession } from "@seam-effect/client-sessions"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { compile } from "../scripts/compile.ts"
import { makeListReader } from "../src/decode/list.ts"
import { maxLength } from "../src/decode/sessions.ts"
import type { Decoder } from "./decoders.ts"

type Decode = (json: unknown) => object | undefined

const compiled = async (schema: Schema.Top): Promise<Decode> => {
  const folder = import.meta.resolve("../src/decode")
  const text = compile({ schema, name: "ClientSession", from: "../src/ClientSession.ts", folder })
  // Beside this file, where the import map is in force.
  const path = await Deno.makeTempFile({ dir: import.meta.dirname ?? ".", suffix: ".ts" })
  try {
    await Deno.writeTextFile(path, text)
    const { decode }: { readonly decode: Decode } = await import(`file://${path}`)
    return decode
  } finally {
    await Deno.remove(path)
  }
}

const fail = (path: string, expected: string): never => {
  throw new Error(`${path}: expected ${expected}`)
}

const decoderOf = (decode: Decode): Decoder => (text) => {
  const sessions: Array<object> = []
  const reader = makeListReader({
    name: "client_sessions",
    maxLength,
    onElement: (json, index) => sessions.push(decode(json) ?? fail(String(index), "a session")),
    onMember: () => {},
    onProblem: fail,
    isEnough: () => false
  })
  reader.read(text)
  reader.end()
  return sessions
}

const texts = { created_at: () => Schema.String, expires_at: () => Schema.String }
const inTheClear = { token: () => Schema.String }

const schemas: Readonly<Record<string, Schema.Top>> = {
  "ours, dates left as text": ClientSession.mapFields(Struct.evolve(texts)),
  "ours, token left as text": ClientSession.mapFields(Struct.evolve(inTheClear)),
  "ours, both left as text": ClientSession.mapFields(Struct.evolve({ ...texts, ...inTheClear }))
}

/** Their names. */
export const variants: ReadonlyArray<string> = Object.keys(schemas)

/** The decoder of that name, if there is one. */
export const variant = async (name: string): Promise<Decoder | undefined> => {
  const schema = schemas[name]
  return schema === undefined ? undefined : decoderOf(await compiled(schema))
}
