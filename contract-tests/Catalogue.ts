/**
 * The catalogue of checks: closed, each with a name and one sentence that says what it guards.
 *
 * @module
 */
import * as Filters from "./checks/Filters.ts"
import * as Isolation from "./checks/Isolation.ts"
import * as Known from "./checks/Known.ts"
import * as Shape from "./checks/Shape.ts"
import * as Stability from "./checks/Stability.ts"
import * as Together from "./checks/Together.ts"
import type { Lab } from "./Lab.ts"
import type { Property } from "./Property.ts"

/**
 * - `shape`: statuses, media types, bodies, credentials
 * - `meaning`: what the filters mean for the sessions in an answer
 * - `spec`: a client's own schemas, held against the recorded contract
 */
export type Kind = "shape" | "meaning" | "spec"

/** What a check is called, and what it is for. */
export interface CheckInfo {
  /** As `--check` takes it, and reports show it. */
  readonly name: string
  /** What kind of thing it is about. */
  readonly kind: Kind
  /** What it guards. */
  readonly sentence: string
}

/** A check of a target. */
export interface Check extends CheckInfo {
  /** Its laws, over the cases that the target's data gives. */
  readonly properties: (lab: Lab) => ReadonlyArray<Property>
  /** Whether it has what it needs; without, it is skipped. */
  readonly applies?: (lab: Lab) => boolean
}

const lists = ({ survey }: Lab): boolean => survey.answer.sessions !== undefined

const shape = (name: string, sentence: string, properties: Check["properties"]): Check => ({
  name,
  kind: "shape",
  sentence,
  properties
})

const meaning = (
  name: string,
  sentence: string,
  properties: Check["properties"],
  applies: (lab: Lab) => boolean = lists
): Check => ({ name, kind: "meaning", sentence, properties, applies })

/** Every check of a target, in the order in which they run. */
export const checks: ReadonlyArray<Check> = [
  shape(
    "not_a_server_error",
    "Every request, however odd, gets an answer, and never a server error.",
    Shape.notAServerError
  ),
  shape(
    "status_code_conformance",
    "The statuses are those that the contract declares: 200, 400 and 401.",
    Shape.statusCodeConformance
  ),
  shape(
    "content_type_conformance",
    "Sessions come as application/json, and nothing comes as a web page.",
    Shape.contentTypeConformance
  ),
  shape(
    "response_schema_conformance",
    "The body of a 200 is what the recorded schema says.",
    Shape.responseSchemaConformance
  ),
  shape("negative_data_rejection", "What the contract doesn't allow is refused.", Shape.negativeDataRejection),
  shape("positive_data_acceptance", "What the contract allows is accepted.", Shape.positiveDataAcceptance),
  shape("unsupported_method", "Methods other than the contract's do nothing.", Shape.unsupportedMethod),
  shape("ignored_auth", "Without a right credential there is no answer.", Shape.ignoredAuth),
  shape(
    "wrong_kind_of_auth",
    "A token of a kind that this operation doesn't take opens nothing.",
    Shape.wrongKindOfAuth
  ),
  shape("error_envelope", "A refusal says why, in the vendor's form.", Shape.errorEnvelope),
  shape("request_id_present", "Every answer has a request id of its own.", Shape.requestIdPresent),
  meaning(
    "oracle",
    "The answer to any filter is what the oracle selects from the known sessions.",
    Known.oracle,
    (lab) => lab.probe.target.sessions !== undefined
  ),
  meaning("filter_soundness", "No session is listed that the filter doesn't ask for.", Filters.soundness),
  meaning("filter_completeness", "No session is left out that the filter asks for.", Filters.completeness),
  meaning("filter_conjunction", "Several filters must all hold.", Together.conjunction),
  meaning("filter_monotonicity", "A further filter never adds a session.", Together.monotonicity),
  meaning(
    "empty_filter_identity",
    "No filter means every session, whatever a filter finds among them.",
    Filters.emptyFilter
  ),
  meaning(
    "key_partition",
    "The sessions without a key and those of each key are disjoint and make up the whole.",
    Filters.keyPartition
  ),
  meaning("idempotence", "The same request gets the same sessions again.", Stability.idempotence),
  meaning("order_stability", "The same request gets its sessions in the same order again.", Stability.orderStability),
  meaning(
    "parameter_order_irrelevance",
    "The order of the filters in the body means nothing.",
    Together.parameterOrder
  ),
  meaning("concurrent_requests", "Requests in flight together get each its own answer.", Stability.concurrentRequests),
  meaning(
    "no_cross_workspace_leak",
    "A credential never sees another workspace's sessions.",
    Isolation.noCrossWorkspaceLeak
  ),
  meaning("unknown_id_finds_nothing", "A value that no session has finds no session.", Filters.unknownId),
  meaning("no_duplicates", "No session is in an answer twice.", Stability.noDuplicates),
  meaning(
    "reading_conformance",
    "The open points of the contract are read as expected.",
    Known.readingConformance,
    (lab) => Object.keys(lab.expected).length > 0
  )
]

/** The catalogue: the name, the kind and the purpose of every check. */
export const catalogue: ReadonlyArray<CheckInfo> = checks
