/**
 * The recorded contract, as a value.
 *
 * `spec/openapi.json` is the only source of truth for shapes in these tests; `spec/README.md` says where it comes from
 * and what it leaves open.
 *
 * @module
 */
import recorded from "./spec/openapi.json" with { type: "json" }

/** A schema of the recorded contract: what it uses of OpenAPI 3.0, no more. */
export interface SpecSchema {
  /** Where the schema really is, such as `#/components/schemas/client_session`. */
  readonly $ref?: string
  /** `object`, `array`, `string`, `number`, `integer` or `boolean`. */
  readonly type?: string
  /** `uuid`, `date-time` or `float`. */
  readonly format?: string
  /** Whether `null` is a value too. */
  readonly nullable?: boolean
  /** Whether the contract advises against its use. */
  readonly deprecated?: boolean
  /** What it stands for. */
  readonly description?: string
  /** The fields of an object. */
  readonly properties?: { readonly [name: string]: SpecSchema }
  /** The fields that an object must have. */
  readonly required?: ReadonlyArray<string>
  /** The elements of an array. */
  readonly items?: SpecSchema
}

/** An example call with its answer, as the page shows it. */
export interface SpecCodeSample {
  /** The language: `javascript`, `bash`, … */
  readonly lang: string
  /** The tool: `cURL`, `Seam SDK`, … */
  readonly label: string
  /** The text, with the answer in comments. */
  readonly source: string
}

/** The recorded document, in the parts that the tests read. */
export interface SpecDocument {
  /** The version of OpenAPI. */
  readonly openapi: string
  /** Where the service is. */
  readonly servers: ReadonlyArray<{ readonly url: string }>
  /** The operations: exactly one. */
  readonly paths: {
    readonly "/client_sessions/list": {
      readonly post: {
        readonly requestBody: { readonly content: { readonly "application/json": { readonly schema: SpecSchema } } }
        readonly responses: {
          readonly "200": { readonly content: { readonly "application/json": { readonly schema: SpecSchema } } }
          readonly "400": { readonly description: string }
          readonly "401": { readonly description: string }
        }
        readonly security: ReadonlyArray<{ readonly [scheme: string]: ReadonlyArray<string> }>
        readonly "x-codeSamples": ReadonlyArray<SpecCodeSample>
      }
    }
  }
  /** What the operation refers to. */
  readonly components: {
    readonly schemas: { readonly client_session: SpecSchema }
    readonly securitySchemes: {
      readonly [name: string]: { readonly type: string; readonly scheme: string; readonly bearerFormat: string }
    }
  }
}

/** The recorded contract. The compiler holds the file against the interface: there is no cast. */
export const specDocument: SpecDocument = recorded
