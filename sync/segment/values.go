package segment

import "slices"

// columns codes which columns a kind's events have that they did not have before.
func (c *codec) columns(t *table) {
	var fresh []Field
	if c.write {
		for _, e := range t.events {
			for _, f := range e.Fields {
				f = Field{Col: f.Col, Type: f.Type}
				if i, have := slices.BinarySearchFunc(fresh, f, compareColumn); !have && !t.schema.has(f) {
					fresh = slices.Insert(fresh, i, f)
				}
			}
		}
	}
	var m numbers
	n := c.limit(m.code(c, uint64(len(fresh))), 2*MaxFields)
	last := uint64(0)
	for i := 0; i < n && !c.bad; i++ {
		var f Field
		if c.write {
			f = fresh[i]
		}
		last += m.code(c, uint64(f.Col)-last)
		f = Field{Col: uint16(c.limit(last, 1<<16-1)), Type: FieldType(c.direct(uint64(f.Type), 8))}
		if !t.schema.add(f) {
			c.bad = true
		}
	}
	for _, f := range t.schema.cols {
		t.cols = append(t.cols, tableColumn{Field: f})
	}
}

func compareColumn(a, b Field) int {
	if a.Col != b.Col {
		return int(a.Col) - int(b.Col)
	}
	return int(a.Type) - int(b.Type)
}

// presence codes which events have which columns. What an event lacks depends on what it has: a choice is no number.
func (c *codec) presence(t *table) {
	models := make([][8]bit, len(t.cols))
	for _, e := range t.events {
		before := 0
		for i := range t.cols {
			if c.bad {
				return
			}
			col := &t.cols[i]
			f, ok := e.Field(col.Col)
			yes := c.bit(&models[i][before], ok && f.Type == col.Type)
			before = before << 1 & 7
			if yes {
				before |= 1
				col.here = append(col.here, e)
				if !c.write {
					c.spend(14)
					e.Fields = append(e.Fields, col.Field)
				}
			}
		}
	}
}

// values codes the values of one column.
func (c *codec) values(t *table, col *tableColumn) {
	if c.bad || len(col.here) == 0 {
		return
	}
	fields := make([]*Field, len(col.here))
	for i, e := range col.here {
		at := slices.IndexFunc(e.Fields, func(f Field) bool { return f.Col == col.Col && f.Type == col.Type })
		fields[i] = &e.Fields[at]
	}
	switch col.Type {
	case Uint, Int:
		c.numbers(fields, col.Type == Int)
	case Bytes:
		c.interned(fields, c.past.column(t.name, col.Col))
	default:
		c.texts(fields)
	}
}

func (c *codec) numbers(fields []*Field, signed bool) {
	var p bit
	if diff := c.bit(&p, c.write && cheaperAsDifferences(fields, signed)); diff {
		c.differences(fields)
		return
	}
	var m numbers
	for _, f := range fields {
		if signed {
			f.Num = uint64(unzigzag(m.code(c, zigzag(int64(f.Num)))))
		} else {
			f.Num = m.code(c, f.Num)
		}
	}
}

func (c *codec) differences(fields []*Field) {
	var m numbers
	last := uint64(0)
	for _, f := range fields {
		f.Num = last + uint64(unzigzag(m.code(c, zigzag(int64(f.Num-last)))))
		last = f.Num
	}
}

// cheaperAsDifferences tries both ways.
func cheaperAsDifferences(fields []*Field, signed bool) bool {
	size := func(how func(c *codec)) int {
		e := newEncoder()
		how(&codec{coder: writing{e}})
		return len(e.finish())
	}
	plain := size(func(c *codec) { c.numbers(fields, signed) }) // its write is false: no trial in a trial
	return size(func(c *codec) { c.differences(fields) }) < plain
}

func (c *codec) interned(fields []*Field, seen *recent) {
	if seen == nil {
		c.bad = true
		return
	}
	var m numbers
	var fresh []*Field
	refs := make([]int, len(fields))
	for i, f := range fields {
		var ref uint64
		if c.write {
			ref = seen.ref(f.Data)
		}
		if refs[i] = c.limit(m.code(c, ref), maxRecent); refs[i] == 0 {
			fresh = append(fresh, f)
		}
	}
	c.texts(fresh)
	if c.write {
		return
	}
	for i, f := range fields {
		if refs[i] == 0 {
			seen.ref(f.Data)
		} else if f.Data = seen.use(refs[i]); f.Data == nil {
			c.bad = true
		}
		if c.bad || refs[i] > 0 && !c.spend(len(f.Data)) {
			return
		}
	}
}

func (c *codec) texts(fields []*Field) {
	if len(fields) == 0 || c.bad {
		return
	}
	var sizes numbers
	var plain bit
	var m letters
	asTheyAre := c.bit(&plain, c.write && looksRandom(fields))
	for _, f := range fields {
		n := c.limit(sizes.code(c, uint64(len(f.Data))), MaxCanonical)
		if !c.spend(n) {
			return
		}
		if !asTheyAre {
			f.Data = c.text(&m, f.Data, n)
			continue
		}
		data := make([]byte, n)
		for i := range data {
			v := uint64(0)
			if c.write {
				v = uint64(f.Data[i])
			}
			data[i] = byte(c.direct(v, 8))
		}
		f.Data = data
	}
}

// text codes n bytes; v is them when writing.
func (c *codec) text(m *letters, v []byte, n int) []byte {
	out := make([]byte, n)
	before := byte(0)
	for i := range out {
		var b byte
		if c.write {
			b = v[i]
		}
		out[i] = m.code(c, before, b)
		before = out[i]
	}
	return out
}

// looksRandom tells ids from words: no script has control characters in its words.
func looksRandom(fields []*Field) bool {
	total, control := 0, 0
	for _, f := range fields {
		total += len(f.Data)
		for _, b := range f.Data {
			if b < 9 || b > 13 && b < 32 {
				control++
			}
		}
	}
	return control*20 > total
}
