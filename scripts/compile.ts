/**
 * Compiles a schema to a module that decodes what `JSON.parse` gives as the schema does, and explains what is wrong with it
 * in the schema's words. Where that runs, it needs no interpreter, and makes no code from text.
 *
 * Whatever isn't known here is refused, with the name of its field: each field is checked as the schema says, or there is
 * no module.
 *
 * @module
 */
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { decodeDateTime, missingIfNull } from "../src/decode/wire.ts"

/** What to compile, and for where. */
export interface CompileOptions {
  readonly schema: Schema.Top
  /** The name of the type that the schema decodes to. */
  readonly name: string
  /** Where the module imports that type from. */
  readonly from: string
  /** The folder of `value.ts` and `explain.ts`, as the module imports them. Default: its own. */
  readonly folder?: string
}

/** How a value is decoded: it is checked and stays as it is, or another one is made of it. */
type Code = Checked | Made

interface Checked {
  readonly kind: "checked"
  /** A condition that holds where the variable's value is wrong. */
  readonly isWrong: (variable: string) => string
  /** A predicate that holds where it isn't. */
  readonly predicate: string
  /** An `Explain`. */
  readonly explain: string
}

interface Made {
  readonly kind: "made"
  /** A function that gives the new value, or `undefined`. */
  readonly make: string
  /** An `Explain`. */
  readonly explain: string
}

interface Field {
  readonly name: string
  readonly variable: string
  readonly code: Code
  /** The values that count as missing, if the field may be missing. */
  readonly missing: ReadonlyArray<"undefined" | "null">
}

const refuse = (what: string): never => {
  throw new Error(what)
}

// They say something to readers, and nothing to a decoder or in its words.
const harmless = ["title", "description", "documentation", "examples"]

type Annotations = Schema.Annotations.Annotations | undefined

/** Refuses annotations that may mean something, but for those of the same kind of node in Effect. */
const refuseAnnotations = (annotations: Annotations, known: Annotations = {}): void => {
  const unknown = Object.keys(annotations ?? {}).find((key) =>
    !harmless.includes(key) && !(key in known && (key !== "expected" || annotations?.[key] === known[key]))
  )
  if (unknown !== undefined) refuse(`the annotation \`${unknown}\``)
}

/** Effect's own declarations and checks have an id. */
const idOf = (annotations: Annotations): string => JSON.stringify(annotations?.["representation"] ?? null)

/** Refuses what is said of the node itself, and not of what it is made of. */
const refuseMore = (ast: SchemaAST.AST, known?: SchemaAST.AST): void => {
  refuseAnnotations(ast.annotations, known?.annotations)
  for (const check of ast.checks ?? []) refuse(`the check \`${check.annotations?.expected ?? "<filter>"}\``)
  if ("encodingChecks" in ast && ast.encodingChecks !== undefined) refuse("checks of what is encoded")
}

const plain = (type: "string" | "number" | "boolean", predicate: string): Checked => ({
  kind: "checked",
  isWrong: (variable) => `typeof ${variable} !== "${type}"`,
  predicate,
  explain: `Explain.${type}`
})

const finite: Checked = {
  kind: "checked",
  isWrong: (variable) => `!Value.isFinite(${variable})`,
  predicate: "Value.isFinite",
  explain: "Explain.finite"
}

const numberCode = (ast: SchemaAST.Number): Code => {
  const [check, ...more] = ast.checks ?? []
  const [known] = Schema.Finite.ast.checks ?? []
  if (check === undefined || more.length > 0 || idOf(check.annotations) !== idOf(known?.annotations)) {
    refuseMore(ast)
    return plain("number", "Predicate.isNumber")
  }
  refuseAnnotations(check.annotations, known?.annotations)
  refuseAnnotations(ast.annotations)
  return finite
}

const oneOf = (asts: ReadonlyArray<SchemaAST.Literal>): Checked => {
  const literals = asts.map((ast) => {
    refuseMore(ast)
    return typeof ast.literal === "bigint" ? refuse("a bigint, which JSON has not") : JSON.stringify(ast.literal)
  })
  return {
    kind: "checked",
    isWrong: (variable) => literals.map((literal) => `${variable} !== ${literal}`).join(" && "),
    predicate: `(json) => ${literals.map((literal) => `json === ${literal}`).join(" || ")}`,
    explain: `Explain.oneOf(${literals.join(", ")})`
  }
}

const nullOr = (code: Code): Code => {
  const explain = `Explain.nullOr(${code.explain})`
  return code.kind === "made" ? { kind: "made", make: `Value.nullOr(${code.make})`, explain } : {
    kind: "checked",
    isWrong: (variable) => `${code.isWrong(variable)} && ${variable} !== null`,
    predicate: `(json) => json === null || !(${code.isWrong("json")})`,
    explain
  }
}

const unionCode = (ast: SchemaAST.Union): Code => {
  refuseMore(ast)
  if (ast.types.every(SchemaAST.isLiteral)) return oneOf(ast.types)
  const [type, last, ...more] = ast.types
  if (
    type === undefined || last === undefined || !SchemaAST.isNull(last) || SchemaAST.isUnion(type) || more.length > 0
  ) {
    return refuse("a union of something else than literals, or a type and null, in this order")
  }
  refuseMore(last)
  return nullOr(codeOf(type))
}

const arrayCode = (ast: SchemaAST.Arrays): Code => {
  refuseMore(ast)
  const [element, ...more] = ast.rest
  if (element === undefined || more.length > 0 || ast.elements.length > 0) return refuse("a tuple")
  const code = codeOf(element)
  const explain = `Explain.arrayOf(${code.explain})`
  return code.kind === "made" ? { kind: "made", make: `Value.arrayOf(${code.make})`, explain } : {
    kind: "checked",
    isWrong: (variable) => `!Value.isArrayOf(${variable}, ${code.predicate})`,
    predicate: `(json) => Value.isArrayOf(json, ${code.predicate})`,
    explain
  }
}

/** Whether the function wraps a text as `Schema.RedactedFromValue` does, and in no other way. */
const wraps = (transform: (text: unknown) => unknown): boolean =>
  ["", "text", " Text "].every((text) => {
    const wrapped = transform(text)
    return Redacted.isRedacted(wrapped) && Redacted.value(wrapped) === text && wrapped.label === undefined
  })

const redacted = Schema.Redacted(Schema.String).ast

/** A value that is made of a text in one step. */
const declarationCode = (ast: SchemaAST.Declaration): Code => {
  const [link, ...more] = ast.encoding ?? []
  const isOptional = (ast: SchemaAST.AST) => ast.context?.isOptional === true
  if (
    link === undefined || more.length > 0 || link.transformation._tag !== "Transformation" ||
    !SchemaAST.isString(link.to) || link.to.encoding !== undefined || isOptional(link.to) !== isOptional(ast)
  ) {
    return refuse("a value that isn't made of a text in one step")
  }
  refuseMore(link.to)
  const { decode, encode } = link.transformation
  const [parameter] = ast.typeParameters
  if (idOf(ast.annotations) === idOf(Schema.DateTimeUtc.ast.annotations)) {
    refuseMore(ast, Schema.DateTimeUtc.ast)
    if (decode._tag === "TransformEffect" && decode.transform === decodeDateTime) {
      return { kind: "made", make: "Value.dateTime", explain: "Explain.dateTime" }
    }
  }
  if (
    idOf(ast.annotations) === idOf(redacted.annotations) && parameter !== undefined && SchemaAST.isString(parameter)
  ) {
    refuseMore(ast, redacted)
    refuseMore(parameter)
    if (
      decode._tag === "Transform" && wraps(decode.transform) &&
      encode._tag === "Transform" && encode.transform === Redacted.value
    ) {
      return { kind: "made", make: "Value.secret", explain: "Explain.string" }
    }
  }
  return refuse("a transformation")
}

/** The code for a node, whatever may be missing. */
const codeOf = (ast: SchemaAST.AST): Code => {
  if (SchemaAST.isDeclaration(ast)) return declarationCode(ast)
  if (ast.encoding !== undefined) return refuse("a transformation")
  switch (ast._tag) {
    case "String":
      refuseMore(ast)
      return plain("string", "Predicate.isString")
    case "Boolean":
      refuseMore(ast)
      return plain("boolean", "Predicate.isBoolean")
    case "Number":
      return numberCode(ast)
    case "Literal":
      return oneOf([ast])
    case "Union":
      return unionCode(ast)
    case "Arrays":
      return arrayCode(ast)
    default:
      return refuse(`the type ${ast._tag}`)
  }
}

/** What a field is on the wire, where its type says that it may be missing, and `null` on the wire that it is. */
const wireOfNullable = (ast: SchemaAST.AST): SchemaAST.AST | undefined => {
  const [link, ...more] = ast.encoding ?? []
  if (
    link === undefined || more.length > 0 || link.transformation._tag !== "Transformation" ||
    link.transformation.decode._tag !== "TransformOptional" ||
    link.transformation.decode.transform !== missingIfNull
  ) {
    return undefined
  }
  const [wire] = SchemaAST.isUnion(link.to) ? link.to.types : []
  unionCode(SchemaAST.isUnion(link.to) ? link.to : refuse("something else than `Wire.nullMeansMissing`"))
  // Both sides have the same type: nothing was added after `null` was taken away.
  const type = wire && SchemaAST.toType(wire)
  if (type?._tag !== ast._tag || type.checks !== ast.checks || type.annotations !== ast.annotations) {
    return refuse("something else than `Wire.nullMeansMissing`")
  }
  return wire
}

const reserved = new Set(
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield json decoded value"
    .split(" ")
)

/** A name for the field's value in the module. */
const variableOf = (name: string): string =>
  /^[a-z][\w]*$/.test(name) && !reserved.has(name) ? name : `_${name.replace(/\W/g, "_")}`

const fieldOf = ({ name, type }: SchemaAST.PropertySignature): Field => {
  if (typeof name !== "string") return refuse("a name that is no text")
  if (name in {}) return refuse("the name of something that every object has")
  if (type.context?.constructorDefault !== undefined) return refuse("a default")
  refuseAnnotations(type.context?.annotations)
  const variable = variableOf(name)
  const nullable = wireOfNullable(type)
  if (nullable !== undefined) {
    const code = codeOf(nullable)
    return { name, variable, code: { ...code, explain: nullOr(code).explain }, missing: ["undefined", "null"] }
  }
  return { name, variable, code: codeOf(type), missing: type.context?.isOptional === true ? ["undefined"] : [] }
}

/** The fields of a schema; throws, with the names of those that aren't known. */
const fieldsOf = ({ ast }: Schema.Top): ReadonlyArray<Field> => {
  if (!SchemaAST.isObjects(ast) || ast.indexSignatures.length > 0 || ast.encoding !== undefined) {
    return refuse("Can't compile anything but a Schema.Struct.")
  }
  refuseMore(ast)
  const fields: Array<Field> = []
  const refused: Array<string> = []
  for (const signature of ast.propertySignatures) {
    try {
      const field = fieldOf(signature)
      if (field.missing.length === 0 && fields.at(-1)?.missing.length) {
        refuse("its place: put those that may be missing last")
      }
      if (fields.some(({ variable }) => variable === field.variable)) refuse("a name too like another's")
      fields.push(field)
    } catch (error) {
      refused.push(`${String(signature.name)}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return refused.length === 0 ? fields : refuse(
    `Can't compile what isn't known to scripts/compile.ts:\n${refused.map((line) => `  ${line}`).join("\n")}`
  )
}

const keyOf = (name: string): string => /^[a-z_$][\w$]*$/i.test(name) ? name : JSON.stringify(name)

const propertyOf = ({ name, variable }: Field): string => name === variable ? name : `${keyOf(name)}: ${variable}`

const accessOf = ({ name }: Field): string => `json${keyOf(name) === name ? `.${name}` : `[${JSON.stringify(name)}]`}`

const isWrong = ({ code, variable }: Field): string =>
  code.kind === "made" ? `${variable} === undefined` : code.isWrong(variable)

/** Sets a field that may be missing. */
const setField = (field: Field): string => {
  const { code, missing, variable } = field
  const target = accessOf(field).replace(/^json/, "decoded")
  const isThere = missing.map((value) => `${variable} !== ${value}`).join(" && ")
  return code.kind === "checked"
    ? `if (${isThere}) { if (${code.isWrong(variable)}) return undefined; ${target} = ${variable} }`
    : `if (${isThere}) { const value = ${code.make}(${variable}); if (value === undefined) return undefined; ${target} = value }`
}

/** The text of the module: not formatted yet. Throws, and says why, if there is something in the schema that isn't known. */
export const compile = ({ folder = ".", from, name, schema }: CompileOptions): string => {
  const fields = fieldsOf(schema)
  const required = fields.filter(({ missing }) => missing.length === 0)
  const optional = fields.filter(({ missing }) => missing.length > 0)
  const read = fields.filter(({ code, missing }) => code.kind === "checked" || missing.length > 0).map(propertyOf)
  const optionalNames = optional.map(({ name }) => JSON.stringify(name))
  const body = [
    ...required.flatMap((field) =>
      field.code.kind === "made" ? [`const ${field.variable} = ${field.code.make}(${accessOf(field)})`] : []
    ),
    read.length === 0 ? "" : `const { ${read.join(", ")} } = json`,
    required.length === 0
      ? ""
      : `if (${
        required.map(isWrong).map((wrong) => wrong.includes("&&") ? `(${wrong})` : wrong).join(" || ")
      }) return undefined`,
    `const decoded: Value.Writable<${name}> = { ${required.map(propertyOf).join(", ")} }`,
    ...optional.map(setField),
    "return decoded"
  ].join("\n")
  const explain = fields.map(({ code, name }) => `${keyOf(name)}: ${code.explain}`).join(",\n")
  return `/**
 * A \`${name}\` from parsed JSON, and what is wrong where there is none.
 *
 * Compiled from the schema of that name by \`deno task generate\`: change the schema, not this.
 *
 * @module
 */
${body.includes("Predicate.") ? `import * as Predicate from "effect/Predicate"` : ""}
import type { ${name} } from "${from}"
import * as Explain from "${folder}/explain.ts"
import * as Value from "${folder}/value.ts"

/** The \`${name}\` in a JSON value: \`undefined\` at the first mismatch, with no reason given. */
export const decode = (json: unknown): ${name} | undefined => {
  if (!Value.isObject(json)) return undefined
  ${body}
}

/** Reports all that is wrong with a JSON value, in the words of the schema. */
export const explain: Explain.Explain = /* @__PURE__ */ Explain.object({
  ${explain}
}${optionalNames.length === 0 ? "" : `, [${optionalNames.join(", ")}]`})
`
}
