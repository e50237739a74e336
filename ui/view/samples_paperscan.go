package view

var paperScanSamples = []Sample{
	{"paper-scan", func(f Frame) any {
		v, t := samplePaperScan(f), sampleTiles(f)
		v.Found, v.Strange, v.Sure, v.Words = 2, 1, 9, []int{3, 7}
		v.Doubts = []ScanDoubt{
			{"d.1.A.2", t[0].Name, 2, samplePicture, []string{"A", "B", "C", "D"}, false},
			{"d.2.B.5", t[1].Name, 5, samplePicture, []string{"A", "B"}, true},
		}
		v.Sheets = []ScanSheet{
			{t[0].Name, "A", []ScanAnswer{{1, "B"}, {4, "A"}}, []int{5, 6}, 1, false},
			{t[1].Name, "B", []ScanAnswer{{1, "C"}}, nil, 1, false},
			{t[2].Name, "A", []ScanAnswer{{1, "C"}, {2, "D"}}, nil, 0, true},
		}
		v.Missing = []string{t[3].Name}
		return v
	}},
	{"paper-scan-empty", func(f Frame) any {
		v := samplePaperScan(f)
		v.Problem, v.Over, v.Missing = "none", false, []string{sampleTiles(f)[0].Name, sampleTiles(f)[1].Name}
		return v
	}},
	{"paper-scan-kept", func(f Frame) any {
		v := samplePaperScan(f)
		v.Kept, v.Mended, v.Late = 18, 2, 1
		v.Sheets = []ScanSheet{{sampleTiles(f)[0].Name, "A", []ScanAnswer{{1, "B"}}, nil, 0, true}}
		return v
	}},
	{"paper-scan-never", func(f Frame) any {
		v := samplePaperScan(f)
		v.Readable, v.Draft = false, true
		return v
	}},
}

const samplePicture = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="

func samplePaperScan(f Frame) PaperScan {
	title := pick(f, "Fractions, Friday", "كسور يوم الجمعة")
	return PaperScan{
		Frame: f.as("teacher").at("teach", &Link{title, "/teach/paper/3"}), Heading: title, Lang: f.Lang, Readable: true, Over: true,
		Upload: "/teach/paper/3/scan/photo", Action: "/teach/paper/3/scan", Marks: "/teach/paper/3/marks",
	}
}
