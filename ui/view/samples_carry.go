package view

var carrySamples = []Sample{
	{"carry", func(f Frame) any {
		at := When{Time: sampleNow}
		return Carry{
			Frame: f.as("administrator").at("box", &Link{"", "/admin"}), Sizes: []int64{8_000_000, 64_000_000, 512_000_000},
			Sticks: []CarryStick{{Name: "KINGSTON", Path: "/media/KINGSTON", Carries: true}, {Name: "FILMS", Path: "/media/FILMS"}},
			For:    []ParcelPeer{{Device: "9f2c6a11d0e84b37", Name: pick(f, "Library", "المكتبة")}, {Device: "17aa02c4be5510f9", Name: pick(f, "Room 3", "الغرفة 3")}},
			Results: []Carried{
				{From: "KINGSTON", At: at, In: 212, Out: 1040, Files: 3, Did: true},
				{At: at, In: 18, Waiting: 2, Did: true, Left: true},
				{From: "KINGSTON", At: at},
				{From: "OLD", At: at, In: 4, Did: true, Trouble: "read-only"},
				{At: at, Trouble: "parcel"},
			},
		}
	}},
	{"carry-empty", func(f Frame) any {
		return Carry{Frame: f.as("teacher").at("box", &Link{"", "/teach"}), Sizes: []int64{8_000_000}}
	}},
	{"carry-problem", func(f Frame) any {
		return Carry{Frame: f.as("teacher").at("box", &Link{"", "/teach"}), Sizes: []int64{8_000_000}, Problem: "full"}
	}},
}
