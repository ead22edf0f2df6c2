package clicklens

// #include <clicklens/clicklens.h>
import "C"

import "unsafe"

// ProfileInfo is what a profile holds.
type ProfileInfo struct {
	Model                  [2]uint64 // low, high: of what the model computes
	Rows, Clicks, Labelled uint64    // profiled
	Seen                   uint64    // candidates of all runs, profiled or not
	Skipped                uint64    // picked, but beyond MostRows of their run
	Task                   int
	Tasks, Groups          []string
	Features, Inputs, Raw  int // Inputs: columns of PartPooled; Raw: of PartRaw
	Sections               Sections
	Every, CountEvery      int
	SampleRows, Buckets    int
}

// Describe tells what the profile holds.
func (p *Profile) Describe() (info ProfileInfo, err error) {
	err = p.handle.alone(func(c *C.clens_profile) error {
		raw := C.clens_profile_info{struct_size: C.sizeof_clens_profile_info}
		if err := check(func() C.clens_status { return C.clens_profile_describe(c, &raw) }); err != nil {
			return err
		}
		info = ProfileInfo{Model: [2]uint64{uint64(raw.model_low), uint64(raw.model_high)}, Rows: uint64(raw.rows),
			Clicks: uint64(raw.clicks), Labelled: uint64(raw.labelled), Seen: uint64(raw.seen),
			Skipped: uint64(raw.skipped), Task: int(raw.task), Features: int(raw.features), Inputs: int(raw.inputs),
			Raw: int(raw.raw), Sections: Sections(raw.sections), Every: int(raw.every), CountEvery: int(raw.count_every),
			SampleRows: int(raw.sample_rows), Buckets: int(raw.buckets)}
		for i := range raw.tasks {
			info.Tasks = append(info.Tasks, C.GoString(C.clens_profile_task(c, i)))
		}
		for i := range raw.groups {
			info.Groups = append(info.Groups, C.GoString(C.clens_profile_group(c, i)))
		}
		return nil
	})
	return info, err
}

// A Neuron is the figures of one column of numbers. NaN: not defined, or not kept.
type Neuron struct {
	Rows, NonFinite                                        uint64 // finite rows; others
	Active                                                 uint64 // rows above 0
	Mean, SD                                               float64
	Minimum, Maximum                                       float64
	ClickMean, OtherMean                                   float64
	LabelCorrelation, ScoreCorrelation                     float64
	AUC, AUCErrorBound                                     float64 // of the column alone as a score
	MeanSE, SDSE, ActiveRatioSE, LabelCorrelationSE, AUCSE float64 // clustered
	Saturated, Counted                                     uint64
	Findings                                               NeuronFindings
	DuplicateOf                                            int
}

func neuron(n *C.clens_neuron) Neuron {
	return Neuron{uint64(n.rows), uint64(n.non_finite), uint64(n.active), float64(n.mean), float64(n.sd),
		float64(n.minimum), float64(n.maximum), float64(n.click_mean), float64(n.other_mean),
		float64(n.label_correlation), float64(n.score_correlation), float64(n.auc), float64(n.auc_error_bound),
		float64(n.mean_se), float64(n.sd_se), float64(n.active_ratio_se), float64(n.label_correlation_se),
		float64(n.auc_se), uint64(n.saturated), uint64(n.counted), NeuronFindings(n.findings), int(n.duplicate_of)}
}

func (p ProfileInfo) width(part ProfilePart) int {
	switch part {
	case PartScores:
		return len(p.Tasks)
	case PartPooled:
		return p.Inputs
	case PartRaw:
		return p.Raw
	case PartSaliency, PartSizes:
		return len(p.Groups)
	}
	return 0
}

// Columns are the figures of a part's columns. [ErrNotFound]: the profile does not keep it.
func (p *Profile) Columns(part ProfilePart) ([]Neuron, error) {
	info, err := p.Describe()
	if err != nil {
		return nil, err
	}
	raw := make([]C.clens_neuron, info.width(part)+1)
	err = p.handle.alone(func(c *C.clens_profile) error {
		return check(func() C.clens_status {
			return C.clens_profile_columns(c, C.uint32_t(part), &raw[0], C.sizeof_clens_neuron, C.size_t(len(raw)))
		})
	})
	if err != nil {
		return nil, err
	}
	columns := make([]Neuron, len(raw)-1)
	for i := range columns {
		columns[i] = neuron(&raw[i])
	}
	return columns, nil
}

// Quantiles of a part's columns: of column i at probabilities[k] element i*len(probabilities)+k.
func (p *Profile) Quantiles(part ProfilePart, probabilities ...float64) ([]float64, error) {
	info, err := p.Describe()
	if err != nil {
		return nil, err
	}
	n := len(probabilities)
	values := make([]float64, info.width(part)*n+1)
	err = p.handle.alone(func(c *C.clens_profile) error {
		return check(func() C.clens_status {
			return C.clens_profile_quantiles(c, C.uint32_t(part), (*C.double)(unsafe.SliceData(probabilities)), C.size_t(n),
				(*C.double)(&values[0]), C.size_t(len(values)))
		})
	})
	return values[:len(values)-1], err
}

// Share is a group's share of the sum of |saliency| of all groups, and its clustered standard error.
func (p *Profile) Share(group int) (share, se float64, err error) {
	err = p.handle.alone(func(c *C.clens_profile) error {
		return check(func() C.clens_status {
			return C.clens_profile_share(c, C.size_t(group), (*C.double)(&share), (*C.double)(&se))
		})
	})
	return share, se, err
}

// ReferenceMeans are what the saliency of the model's [Model.Reference] is centred on: for [SaliencySpec] and
// [ProfileOptions], to be comparable with it. [ErrNotFound]: the file carries no profile with saliency.
func (m *Model) ReferenceMeans() ([]float32, error) {
	reference, err := m.Reference()
	if err != nil {
		return nil, err
	}
	defer reference.Close()
	means := make([]float32, m.info.InputWidth+1)
	err = reference.handle.alone(func(c *C.clens_profile) error {
		return check(func() C.clens_status {
			return C.clens_profile_means(c, (*C.float)(&means[0]), C.size_t(len(means)))
		})
	})
	return means[:m.info.InputWidth], err
}

// A ProfiledFeature is one feature as it came. An entry of a request counts once for each of its profiled candidates.
type ProfiledFeature struct {
	Name, Group        string
	Dense              bool
	Hashed             bool // its encoder lets ids share rows
	TableRows          uint64
	FirstInput, Inputs int // its columns of PartPooled
	FirstRaw, Width    int // dense: its columns of PartRaw
	Rows               uint64
	Missing            uint64 // entries without an id or element
	Bad                uint64 // elements that are none
	IDs, Unknown, Cut  uint64 // ids after cutting to MaxLength; those without a row; those cut off
	Distinct           float64
	Collisions         float64 // expected share of distinct ids that share a hashed row with another
	Lengths            [32]uint64
	Histogram          [64]uint64
	IDKinds            IDKinds
}

// Feature reads feature i of the profile. [ErrNotFound] or [ErrInvalidArgument]: it keeps none such.
func (p *Profile) Feature(i int) (f ProfiledFeature, err error) {
	err = p.handle.alone(func(c *C.clens_profile) error {
		raw := C.clens_profile_feature{struct_size: C.sizeof_clens_profile_feature}
		if err := check(func() C.clens_status { return C.clens_profile_read_feature(c, C.size_t(i), &raw) }); err != nil {
			return err
		}
		f = ProfiledFeature{Name: C.GoString(raw.name), Group: C.GoString(raw.group), Dense: raw.dense != 0,
			Hashed: raw.hashed != 0, TableRows: uint64(raw.table_rows), FirstInput: int(raw.first_input),
			Inputs: int(raw.inputs), FirstRaw: int(raw.first_raw), Width: int(raw.width), Rows: uint64(raw.rows),
			Missing: uint64(raw.missing), Bad: uint64(raw.bad), IDs: uint64(raw.ids), Unknown: uint64(raw.unknown),
			Cut: uint64(raw.cut), Distinct: float64(raw.distinct), Collisions: float64(raw.collisions),
			IDKinds: IDKinds(raw.id_kinds)}
		for k := range f.Lengths {
			f.Lengths[k] = uint64(raw.lengths[k])
		}
		for k := range f.Histogram {
			f.Histogram[k] = uint64(raw.histogram[k])
		}
		return nil
	})
	return f, err
}
