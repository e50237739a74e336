package view

// atDistrict is a page of a district's officer.
func atDistrict(f Frame, back string) Frame {
	f = f.as("officer").at("district", nil)
	if back != "" {
		f.Back = &Link{URL: back}
	}
	f.Places = DistrictPlaces(false)
	return f
}

func districtNames(f Frame) [3]string {
	return [3]string{pick(f, "Hill School", "مدرسة التل"), pick(f, "Lakeside School", "مدرسة البحيرة"), pick(f, "River School", "مدرسة النهر")}
}

func districtColumns(first string) (out []Column) {
	for _, c := range []struct {
		key  string
		kind ColumnKind
	}{{first, TextColumn}, {"contact", DateColumn}, {"met", TextColumn}, {"waiting", NumberColumn}, {"unsent", DateColumn}, {"free", TextColumn}, {"power", NumberColumn}, {"clock", TextColumn}, {"version", TextColumn}} {
		out = append(out, Column{Title: Words{Key: "column." + c.key}, Kind: c.kind})
	}
	return out
}

func districtRow(name, url string, days int, way string, clock Cell) []Cell {
	met := Cell{None: true}
	if way != "" {
		met = Cell{Words: Words{Key: "district.way." + way}}
	}
	return []Cell{{Words: Words{Text: name}, URL: url}, {When: daysAgo(days)}, met, {N: 214}, {When: daysAgo(days + 2)}, {Words: Words{Key: "size.gb", Args: []string{"n", "12"}}}, {N: 1}, clock, {Words: Words{Text: "0.1"}}}
}

var districtSamples = []Sample{
	{"district", func(f Frame) any {
		n := districtNames(f)
		return District{
			Frame: atDistrict(f, ""), Needs: []Need{
				{Key: "cloned", Kind: "wrong", School: Link{n[0], "/district/school/1"}, Box: pick(f, "Box in the office", "صندوق الإدارة"), N: -1},
				{Key: "clock", Kind: "wrong", School: Link{n[1], "/district/school/2"}, Box: pick(f, "Upper school", "المدرسة العليا"), N: -1, When: When{Time: sampleNow.AddDate(-56, -10, -20)}},
				{Key: "unclean", Kind: "careful", School: Link{n[1], "/district/school/2"}, Box: pick(f, "Upper school", "المدرسة العليا"), N: 4},
				{Key: "silent", Kind: "wrong", School: Link{n[2], "/district/school/3"}, N: -1, When: daysAgo(40)},
				{Key: "full", Kind: "wrong", School: Link{n[2], "/district/school/3"}, Box: pick(f, "Box in the office", "صندوق الإدارة"), N: -1, Bytes: 90_000_000},
			},
			Table: Table{
				Name: "schools", Columns: districtColumns("school"), Notes: []Words{{Key: "district.columns"}},
				Rows: [][]Cell{
					districtRow(n[0], "/district/school/1", 0, "lan", Cell{Words: Words{Key: "district.clock.right"}}),
					districtRow(n[1], "/district/school/2", 1, "upstream", Cell{Words: Words{Text: "1970-01-01"}, When: When{Time: sampleNow.AddDate(-56, -10, -20)}}),
					districtRow(n[2], "/district/school/3", 40, "stick", Cell{Words: Words{Key: "district.clock.right"}}),
				},
			},
		}
	}},
	{"district-well", func(f Frame) any {
		return District{
			Frame: atDistrict(f, ""), Done: &Done{Key: "district-sent"}, Invite: "/admin/peers",
			Table: Table{Name: "schools", Columns: districtColumns("school"), Notes: []Words{{Key: "district.columns"}}, Rows: [][]Cell{districtRow(districtNames(f)[0], "/district/school/1", 0, "lan", Cell{Words: Words{Key: "district.clock.right"}})}},
		}
	}},
	{"district-empty", func(f Frame) any { return District{Frame: atDistrict(f, ""), Invite: "/admin/peers"} }},
	{"district-school", func(f Frame) any {
		box := pick(f, "Box in the office", "صندوق الإدارة")
		return DistrictSchool{
			Frame: atDistrict(f, "/district"), ID: "1", Name: districtNames(f)[0], Group: pick(f, "North", "الشمال"), Work: "/district/school/1/work",
			Needs: []Need{{Key: "low", Kind: "careful", Box: box, N: -1, Bytes: 800_000_000}, {Key: "unsent", Kind: "careful", Box: box, N: 214, When: daysAgo(9)}, {Key: "stick", Kind: "note", Box: box, N: -1, When: daysAgo(2)}},
			Boxes: Table{Name: "boxes", Title: Words{Key: "district.boxes"}, Columns: districtColumns("box"), Notes: []Words{{Key: "district.columns"}}, Rows: [][]Cell{districtRow(box, "", 2, "stick", Cell{Words: Words{Key: "district.clock.right"}})}},
			Courses: Table{
				Name: "courses", Title: Words{Key: "district.courses"},
				Columns: []Column{{Title: Words{Key: "column.course"}}, {Title: Words{Key: "column.box"}}},
				Rows:    [][]Cell{{{Words: Words{Text: pick(f, "Fractions", "الكسور")}}, {Words: Words{Text: box}}}},
			},
		}
	}},
	{"district-school-new", func(f Frame) any {
		return DistrictSchool{
			Frame: atDistrict(f, "/district"), ID: "1", Name: districtNames(f)[1], Work: "/district/school/1/work", Problem: "name",
			Needs: []Need{{Key: "never", Kind: "wrong", N: -1}},
			Boxes: Table{Name: "boxes", Title: Words{Key: "district.boxes"}, Columns: districtColumns("box"), Notes: []Words{{Key: "district.columns"}}},
		}
	}},
	{"district-send", func(f Frame) any {
		n := districtNames(f)
		return DistrictSend{
			Frame: atDistrict(f, "/district"), Groups: []string{pick(f, "North", "الشمال")}, Problem: true,
			Courses: []Link{{pick(f, "Fractions", "الكسور"), "c1"}, {pick(f, "Plants", "النباتات"), "c2"}},
			Schools: []Link{{n[0], "1"}, {n[1], "2"}, {n[2], "3"}},
			Sent: []SentRow{
				{URL: "/district/send/1", What: "course", Title: pick(f, "Fractions", "الكسور"), When: daysAgo(1), Here: 2, Of: 3},
				{URL: "/district/send/2", What: "notice", Title: pick(f, "The examination is on Monday.", "الامتحان يوم الاثنين."), When: daysAgo(3), Here: 3, Of: 3},
				{URL: "/district/send/3", What: "setting", Title: "all", When: daysAgo(9), Here: 0, Of: 3},
			},
		}
	}},
	{"district-send-empty", func(f Frame) any { return DistrictSend{Frame: atDistrict(f, "/district")} }},
	{"district-sent", func(f Frame) any {
		v := DistrictSent{
			Frame: atDistrict(f, "/district/send"),
			Row:   SentRow{What: "course", Title: pick(f, "Fractions", "الكسور"), Here: 1, Of: 7},
		}
		for i, key := range []string{"room", "unwanted", "never", "stick", "waiting", "coming", "arrived", "elsewhere"} {
			v.Schools = append(v.Schools, SentSchool{districtNames(f)[i%3], "/district/school/1", key})
		}
		return v
	}},
}
