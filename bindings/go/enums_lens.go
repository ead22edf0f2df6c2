package clicklens

// #include <clicklens/clicklens.h>
import "C"

// Sections of a profile.
type Sections uint32

const (
	ProfileScores   Sections = C.CLENS_PROFILE_SCORES   // every task's logit
	ProfileNeurons  Sections = C.CLENS_PROFILE_NEURONS  // about 25 KiB a neuron
	ProfileSaliency Sections = C.CLENS_PROFILE_SALIENCY // by group; needs Means
	ProfileFeatures Sections = C.CLENS_PROFILE_FEATURES // ids, missing and unknown ones, dense values, pooled inputs
)

// ProfilePart is a set of a profile's columns, for [Profile.Columns].
type ProfilePart uint32

const (
	PartScores   ProfilePart = C.CLENS_PROFILE_PART_SCORES   // logits, by task
	PartPooled   ProfilePart = C.CLENS_PROFILE_PART_POOLED   // pooled inputs, in the order of input columns
	PartRaw      ProfilePart = C.CLENS_PROFILE_PART_RAW      // elements of dense features as they came
	PartSaliency ProfilePart = C.CLENS_PROFILE_PART_SALIENCY // by group
	PartSizes    ProfilePart = C.CLENS_PROFILE_PART_SIZES    // its absolute value
)

// IDKinds says how a feature's ids came.
type IDKinds uint32

const (
	IDRows    IDKinds = C.CLENS_IDS_ROWS
	IDKeys    IDKinds = C.CLENS_IDS_KEYS
	IDStrings IDKinds = C.CLENS_IDS_STRINGS
)

// NeuronFlags are options of neuron statistics.
type NeuronFlags uint32

const (
	NeuronsScores    NeuronFlags = C.CLENS_NEURONS_SCORES
	NeuronsClustered NeuronFlags = C.CLENS_NEURONS_CLUSTERED
	NeuronsProve     NeuronFlags = C.CLENS_NEURONS_PROVE
)

// NeuronFindings are what was found about a [Neuron].
type NeuronFindings uint32

const (
	NeuronDead         NeuronFindings = C.CLENS_NEURON_DEAD
	NeuronProvablyDead NeuronFindings = C.CLENS_NEURON_PROVABLY_DEAD
	NeuronAlwaysOn     NeuronFindings = C.CLENS_NEURON_ALWAYS_ON
	NeuronSaturated    NeuronFindings = C.CLENS_NEURON_SATURATED
	NeuronDuplicate    NeuronFindings = C.CLENS_NEURON_DUPLICATE
)

// ProbeTarget is what a probe foretells.
type ProbeTarget uint32

const (
	ProbeLabel  ProbeTarget = C.CLENS_PROBE_LABEL
	ProbeNumber ProbeTarget = C.CLENS_PROBE_NUMBER
)

// ProbeControl is a control of a probe.
type ProbeControl uint32

const (
	ControlShuffled   ProbeControl = C.CLENS_CONTROL_SHUFFLED
	ControlRandomTask ProbeControl = C.CLENS_CONTROL_RANDOM_TASK
)

// DriftKind is what a [DriftMeasure] looks at.
type DriftKind uint32

const (
	DriftScore       DriftKind = C.CLENS_DRIFT_SCORE       // logits of a task
	DriftElement     DriftKind = C.CLENS_DRIFT_ELEMENT     // one element of a dense feature, as it came
	DriftIDs         DriftKind = C.CLENS_DRIFT_IDS         // ids of a sparse feature, by their hash
	DriftMissing     DriftKind = C.CLENS_DRIFT_MISSING     // share of rows
	DriftUnknown     DriftKind = C.CLENS_DRIFT_UNKNOWN     // share of ids
	DriftNeuron      DriftKind = C.CLENS_DRIFT_NEURON      // mean and spread
	DriftSaliency    DriftKind = C.CLENS_DRIFT_SALIENCY    // a group's share
	DriftAUC         DriftKind = C.CLENS_DRIFT_AUC         // of labelled rows, as the two below
	DriftSlope       DriftKind = C.CLENS_DRIFT_SLOPE       // of clicks on logits
	DriftCalibration DriftKind = C.CLENS_DRIFT_CALIBRATION // predicted over observed clicks
)

// DriftVerdict is the outcome of a [DriftMeasure].
type DriftVerdict uint32

const (
	DriftNone      DriftVerdict = C.CLENS_DRIFT_NONE
	DriftFound     DriftVerdict = C.CLENS_DRIFT_FOUND
	DriftNotEnough DriftVerdict = C.CLENS_DRIFT_NOT_ENOUGH // too few rows, clusters or clicks
)

// RecorderFlags of the C ABI; [RecorderOptions] has a field for each.
type RecorderFlags uint32

const RecorderThread RecorderFlags = C.CLENS_RECORDER_THREAD

// AttributionMethod of the C ABI's explainers.
type AttributionMethod uint32

const (
	IntegratedGradients AttributionMethod = C.CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS
	ExpectedGradients   AttributionMethod = C.CLENS_ATTRIBUTION_EXPECTED_GRADIENTS
	SmoothGrad          AttributionMethod = C.CLENS_ATTRIBUTION_SMOOTHGRAD
	DeepLift            AttributionMethod = C.CLENS_ATTRIBUTION_DEEPLIFT
	Ablation            AttributionMethod = C.CLENS_ATTRIBUTION_ABLATION
	Additive            AttributionMethod = C.CLENS_ATTRIBUTION_ADDITIVE
	Conductance         AttributionMethod = C.CLENS_ATTRIBUTION_CONDUCTANCE
	NeuronGradients     AttributionMethod = C.CLENS_ATTRIBUTION_NEURON_GRADIENTS
)

// AttributionFlags of the C ABI's explainers.
type AttributionFlags uint32

const AttributionGradientsOnly AttributionFlags = C.CLENS_ATTRIBUTION_GRADIENTS_ONLY
