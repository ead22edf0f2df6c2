package clicklens

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"
)

// WritePrometheus writes the profile's figures in Prometheus's text format, for a /metrics page: a profile that live
// sessions are collected into only grows, so sums and rows are counters.
//
//	http.HandleFunc("/metrics", func(w http.ResponseWriter, r *http.Request) {
//		pool.Collect(profile)
//		profile.WritePrometheus(w)
//	})
func (p *Profile) WritePrometheus(w io.Writer) error {
	info, err := p.Describe()
	if err != nil {
		return err
	}
	out := exposition{bufio.NewWriter(w)}
	out.counter("clicklens_profile_rows_total", "Rows profiled")
	out.sample("clicklens_profile_rows_total", float64(info.Rows))
	out.counter("clicklens_profile_seen_total", "Candidates of all runs, profiled or not")
	out.sample("clicklens_profile_seen_total", float64(info.Seen))
	out.counter("clicklens_profile_skipped_total", "Rows picked but beyond what one run may profile")
	out.sample("clicklens_profile_skipped_total", float64(info.Skipped))
	if info.Sections&ProfileScores != 0 {
		err = p.exposeScores(&out, info)
	}
	if err == nil && info.Sections&ProfileFeatures != 0 {
		err = p.exposeFeatures(&out, info)
	}
	if err == nil && info.Sections&ProfileNeurons != 0 && info.Rows > 0 {
		err = p.exposeLayers(&out)
	}
	if err == nil && info.Sections&ProfileSaliency != 0 && info.Rows > 0 {
		err = p.exposeShares(&out, info)
	}
	if err != nil {
		return err
	}
	return out.w.Flush()
}

func (p *Profile) exposeScores(out *exposition, info ProfileInfo) error {
	scores, err := p.Columns(PartScores)
	if err != nil {
		return err
	}
	out.gauge("clicklens_profile_logit_mean", "Mean logit")
	for i, s := range scores {
		out.sample("clicklens_profile_logit_mean", s.Mean, "task", info.Tasks[i])
	}
	out.gauge("clicklens_profile_logit_sd", "Standard deviation of the logit")
	for i, s := range scores {
		out.sample("clicklens_profile_logit_sd", s.SD, "task", info.Tasks[i])
	}
	out.counter("clicklens_profile_non_finite_total", "Logits that are not finite")
	for i, s := range scores {
		out.sample("clicklens_profile_non_finite_total", float64(s.NonFinite), "task", info.Tasks[i])
	}
	return nil
}

func (p *Profile) exposeFeatures(out *exposition, info ProfileInfo) error {
	features := make([]ProfiledFeature, info.Features)
	for i := range features {
		var err error
		if features[i], err = p.Feature(i); err != nil {
			return err
		}
	}
	for _, m := range []struct {
		name, help string
		of         func(*ProfiledFeature) uint64
		dense      bool
	}{
		{"clicklens_profile_missing_total", "Entries without a value", func(f *ProfiledFeature) uint64 { return f.Missing }, true},
		{"clicklens_profile_bad_values_total", "Values that are none", func(f *ProfiledFeature) uint64 { return f.Bad }, true},
		{"clicklens_profile_ids_total", "Ids read", func(f *ProfiledFeature) uint64 { return f.IDs }, false},
		{"clicklens_profile_unknown_total", "Ids that the model does not know", func(f *ProfiledFeature) uint64 { return f.Unknown }, false},
		{"clicklens_profile_cut_total", "Ids beyond a feature's length", func(f *ProfiledFeature) uint64 { return f.Cut }, false},
	} {
		out.counter(m.name, m.help)
		for i := range features {
			if !features[i].Dense || m.dense {
				out.sample(m.name, float64(m.of(&features[i])), "feature", features[i].Name)
			}
		}
	}
	return nil
}

func (p *Profile) exposeShares(out *exposition, info ProfileInfo) error {
	out.gauge("clicklens_profile_saliency_ratio", "Share of the group in all groups' saliency")
	for i, group := range info.Groups {
		share, _, err := p.Share(i)
		if err != nil {
			return err
		}
		out.sample("clicklens_profile_saliency_ratio", share, "group", group)
	}
	return nil
}

func (p *Profile) exposeLayers(out *exposition) error {
	layers, err := p.Layers()
	if err != nil {
		return err
	}
	for _, m := range []struct {
		name, help string
		of         func(*ProfiledLayer) float64
	}{
		{"clicklens_profile_neurons", "Neurons of the layer", func(l *ProfiledLayer) float64 { return float64(len(l.Neurons)) }},
		{"clicklens_profile_dead_neurons", "Neurons never above 0 in 10,000 rows or more", func(l *ProfiledLayer) float64 { return float64(l.Dead) }},
		{"clicklens_profile_constant_neurons", "Neurons that had one value in all rows", func(l *ProfiledLayer) float64 { return float64(l.Constant) }},
		{"clicklens_profile_saturated_neurons", "Neurons at an end of their range in 99 % of rows or more", func(l *ProfiledLayer) float64 { return float64(l.Saturated) }},
		{"clicklens_profile_active_ratio", "Share of the layer's values above 0", (*ProfiledLayer).activeRatio},
	} {
		out.gauge(m.name, m.help)
		for i := range layers {
			out.sample(m.name, m.of(&layers[i]), "layer", layers[i].Name)
		}
	}
	return nil
}

func (l *ProfiledLayer) activeRatio() float64 {
	var active, rows uint64
	for i := range l.Neurons {
		active += l.Neurons[i].Active
		rows += l.Neurons[i].Rows
	}
	return float64(active) / float64(rows)
}

// An exposition is text of Prometheus's format, version 0.0.4.
type exposition struct{ w *bufio.Writer }

func (e *exposition) counter(name, help string) { e.family(name, help, "counter") }
func (e *exposition) gauge(name, help string)   { e.family(name, help, "gauge") }

func (e *exposition) family(name, help, kind string) {
	e.w.WriteString("# HELP " + name + " " + help + "\n# TYPE " + name + " " + kind + "\n")
}

var escapes = strings.NewReplacer("\\", "\\\\", "\"", "\\\"", "\n", "\\n")

// sample writes one value; labels are names and values in turn.
func (e *exposition) sample(name string, value float64, labels ...string) {
	e.w.WriteString(name)
	for i := 0; i < len(labels); i += 2 {
		e.w.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		e.w.WriteString(labels[i] + "=\"" + escapes.Replace(labels[i+1]) + "\"")
	}
	if len(labels) > 0 {
		e.w.WriteString("}")
	}
	text := strconv.FormatFloat(value, 'g', -1, 64)
	if math.IsInf(value, 0) {
		text = map[bool]string{true: "+Inf", false: "-Inf"}[value > 0]
	}
	e.w.WriteString(" " + text + "\n")
}
