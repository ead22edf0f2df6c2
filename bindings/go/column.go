package clicklens

import "unsafe"

// Integer is what ids may come as. Negative ones are out of range as rows, and two's complement as keys.
type Integer interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Offset is what parts of an array may be numbered with.
type Offset interface{ ~int32 | ~int64 }

// A Column is one input's data for a batch: a view of the caller's slices, made by [Rows], [Keys], [Strings],
// [StringData] or [Floats] and narrowed by its methods. A column of request scope has one entry per request, any other
// one per candidate.
type Column struct {
	input     uint32
	kind      ColumnKind
	valueType ValueType
	first     int
	elements  int // integers, strings or floats
	values    array
	texts     []string
	offsets   array // of StringData, elements + 1
	lists     array // rows + 1
	weights   []float32
	validity  []byte
	elementOK []byte
	plain     bool // nothing but values, one an entry
	complaint string
}

// An array is a view of a slice.
type array struct {
	at    unsafe.Pointer
	count int
	size  int // of an element
}

func view[T any](s []T) array {
	return array{unsafe.Pointer(unsafe.SliceData(s)), len(s), int(unsafe.Sizeof(*new(T)))}
}

func typeOf[T Integer]() ValueType {
	kind := typeOfSize[unsafe.Sizeof(T(0))]
	if T(0)-1 > 0 {
		kind += TypeUint8 - TypeInt8
	}
	return kind
}

var typeOfSize = [9]ValueType{1: TypeInt8, 2: TypeInt16, 4: TypeInt32, 8: TypeInt64}

func integers[T Integer](input int, kind ColumnKind, values []T) Column {
	return Column{input: narrow(input), kind: kind, valueType: typeOf[T](), elements: len(values), values: view(values), plain: true}
}

// Rows is a column of table rows, encoded by the host: one an entry, unless [Column.Lists] says otherwise. input is an
// index into the [Inputs].
func Rows[T Integer](input int, values []T) Column { return integers(input, ColumnRows, values) }

// Keys is a column of raw 64-bit ids, encoded by the model: one an entry, unless [Column.Lists] says otherwise.
func Keys[T Integer](input int, values []T) Column { return integers(input, ColumnKeys, values) }

// Strings is a column of raw ids as strings, encoded by the model: one an entry, unless [Column.Lists] says otherwise.
func Strings(input int, values []string) Column {
	if values == nil {
		values = []string{}
	}
	return Column{input: narrow(input), kind: ColumnStrings, valueType: TypeBytes, elements: len(values), texts: values,
		values: array{nil, 0, 1}}
}

// StringData is a column of strings in Arrow's layout: string i is data[offsets[i]:offsets[i+1]].
func StringData[O Offset](input int, data []byte, offsets []O) Column {
	return Column{input: narrow(input), kind: ColumnStrings, valueType: TypeBytes, elements: max(len(offsets)-1, 0),
		values: view(data), offsets: view(offsets)}
}

// Floats is a column of a dense feature of width w: w floats an entry, row-major.
func Floats(input int, values []float32) Column {
	return Column{input: narrow(input), kind: ColumnFloats, valueType: TypeFloat32, elements: len(values),
		values: view(values), plain: true}
}

// Lists gives entry i the elements offsets[i] to offsets[i+1]: many ids an entry, or none.
func Lists[O Offset](c Column, offsets []O) Column {
	c.lists, c.plain = view(offsets), false
	if len(offsets) == 0 {
		c.complaint = "an empty slice of offsets: of n entries, n + 1 are needed"
	}
	return c
}

// Lists is the function [Lists] for offsets of 64 bits.
func (c Column) Lists(offsets []int64) Column { return Lists(c, offsets) }

// Weighted gives each element a weight.
func (c Column) Weighted(weights []float32) Column {
	c.weights, c.plain = weights, false
	if len(weights) != c.elements {
		c.complaint = "weights: not one for each element"
	}
	return c
}

// Valid says which entries are there: bit i%8 of bitmap[i/8], Arrow's bitmap, is 1. Others are missing.
func (c Column) Valid(bitmap []byte) Column {
	c.validity, c.plain = bitmap, false
	return c
}

// ElementsValid says the same of single integers, strings or floats.
func (c Column) ElementsValid(bitmap []byte) Column {
	c.elementOK, c.plain = bitmap, false
	if len(bitmap) < (c.elements+7)/8 {
		c.complaint = "the bitmap of elements is too short"
	}
	return c
}

// From leaves out entries before first, as the offset of an Arrow array does.
func (c Column) From(first int) Column {
	c.first, c.plain = first, false
	return c
}

// offsetBits of the column's arrays of offsets; 0: none; -1: they differ.
func (c *Column) offsetBits() int {
	bits := 8 * c.lists.size
	if c.offsets.at != nil {
		if bits != 0 && bits != 8*c.offsets.size {
			return -1
		}
		bits = 8 * c.offsets.size
	}
	if c.texts != nil && bits == 0 {
		bits = 64
	}
	return bits
}
