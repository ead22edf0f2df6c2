package clicklens

// #include <clicklens/clicklens.h>
import "C"

// What follows belongs to parts of the C ABI for evaluation and editing, which this package leaves to the command line
// and to Python. Its numbers are in their JSON.

// Faithfulness is a check of attributions.
type Faithfulness uint32

const (
	Infidelity  Faithfulness = C.CLENS_FAITHFULNESS_INFIDELITY
	Sensitivity Faithfulness = C.CLENS_FAITHFULNESS_SENSITIVITY
)

// NodeRun is how a session runs a node.
type NodeRun uint32

const (
	NodeStep  NodeRun = C.CLENS_NODE_STEP
	NodeFused NodeRun = C.CLENS_NODE_FUSED
	NodeView  NodeRun = C.CLENS_NODE_VIEW
	NodeNever NodeRun = C.CLENS_NODE_NEVER
)

// ImportanceMethod is how a group is taken away.
type ImportanceMethod uint32

const (
	ImportancePermutation ImportanceMethod = C.CLENS_IMPORTANCE_PERMUTATION
	ImportanceAblation    ImportanceMethod = C.CLENS_IMPORTANCE_ABLATION
)

// DayPart is what a day's rows are to a diagnosis.
type DayPart uint32

const (
	DayTrain DayPart = C.CLENS_DAY_TRAIN
	DayHold  DayPart = C.CLENS_DAY_HOLD
	DayTest  DayPart = C.CLENS_DAY_TEST
)

// FindingKind is what a diagnosis looks at.
type FindingKind uint32

const (
	FindingOverfit           FindingKind = C.CLENS_FINDING_OVERFIT
	FindingLayer             FindingKind = C.CLENS_FINDING_LAYER
	FindingUselessGroup      FindingKind = C.CLENS_FINDING_USELESS_GROUP
	FindingMemorisingGroup   FindingKind = C.CLENS_FINDING_MEMORISING_GROUP
	FindingDead              FindingKind = C.CLENS_FINDING_DEAD
	FindingProvablyDead      FindingKind = C.CLENS_FINDING_PROVABLY_DEAD
	FindingSaturated         FindingKind = C.CLENS_FINDING_SATURATED
	FindingDuplicate         FindingKind = C.CLENS_FINDING_DUPLICATE
	FindingRedundantLayer    FindingKind = C.CLENS_FINDING_REDUNDANT_LAYER
	FindingCalibration       FindingKind = C.CLENS_FINDING_CALIBRATION
	FindingCalibrationBucket FindingKind = C.CLENS_FINDING_CALIBRATION_BUCKET
	FindingCalibrationGroup  FindingKind = C.CLENS_FINDING_CALIBRATION_GROUP
	FindingDriftScore        FindingKind = C.CLENS_FINDING_DRIFT_SCORE
	FindingDriftFeature      FindingKind = C.CLENS_FINDING_DRIFT_FEATURE
	FindingDriftNeurons      FindingKind = C.CLENS_FINDING_DRIFT_NEURONS
	FindingDriftAUC          FindingKind = C.CLENS_FINDING_DRIFT_AUC
	FindingCoverage          FindingKind = C.CLENS_FINDING_COVERAGE
	FindingHashLoad          FindingKind = C.CLENS_FINDING_HASH_LOAD
	FindingSaliency          FindingKind = C.CLENS_FINDING_SALIENCY
)

// FindingState is the outcome of a check.
type FindingState uint32

const (
	FindingNone      FindingState = C.CLENS_FINDING_STATE_NONE
	FindingFound     FindingState = C.CLENS_FINDING_STATE_FOUND
	FindingNotEnough FindingState = C.CLENS_FINDING_STATE_NOT_ENOUGH
)

// Severity of a finding.
type Severity uint32

const (
	SeverityNote    Severity = C.CLENS_SEVERITY_NOTE
	SeverityWarning Severity = C.CLENS_SEVERITY_WARNING
	SeverityFault   Severity = C.CLENS_SEVERITY_FAULT
)

// PruneKinds are the neurons that an edit takes out.
type PruneKinds uint32

const (
	PruneDead      PruneKinds = C.CLENS_PRUNE_DEAD
	PruneWeak      PruneKinds = C.CLENS_PRUNE_WEAK
	PruneDuplicate PruneKinds = C.CLENS_PRUNE_DUPLICATE
)

// CalibrationMethod is what is put behind a task's logit.
type CalibrationMethod uint32

const (
	CalibrationPlatt    CalibrationMethod = C.CLENS_CALIBRATION_PLATT
	CalibrationIsotonic CalibrationMethod = C.CLENS_CALIBRATION_ISOTONIC
)
