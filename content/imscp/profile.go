package imscp

import "strings"

// profile tells packages apart by the schema they name, then by their resources, then by the namespaces they declare: what
// Canvas exports of questions alone calls itself plain content in the namespace of cartridges.
func (m *Manifest) profile() Profile {
	schema, spaces := strings.ToLower(m.Schema), strings.ToLower(strings.Join(m.Root.Spaces, " "))
	switch {
	case strings.Contains(schema, "common cartridge"):
		return Cartridge
	case strings.Contains(schema, "scorm"), strings.Contains(spaces, "adlnet.org/xsd/adlcp"):
		if strings.HasPrefix(m.SchemaVersion, "1.") || m.SchemaVersion == "" && strings.Contains(spaces, "adlcp_rootv1p2") {
			return SCORM12
		}
		return SCORM2004
	case strings.Contains(schema, "qti"), m.asks():
		return QTI
	case strings.Contains(spaces, "/imscc"):
		return Cartridge
	}
	return Content
}

// asks says whether all that the package opens are questions: packages of version 1.2, and many of version 2, call
// themselves plain content.
func (m *Manifest) asks() bool {
	opened := map[string]bool{}
	for i := range m.Organizations {
		m.Organizations[i].Walk(func(it *Item, _ int) bool {
			if it.Ref != "" {
				opened[it.Ref] = true
			}
			return true
		})
	}
	questions := false
	for i := range m.Resources {
		r := &m.Resources[i]
		switch {
		case r.IsQuestions() && !strings.Contains(strings.ToLower(r.Type), "/imscc"): // those of cartridges say so in their type
			questions = true
		case opened[r.Identifier]:
			return false
		}
	}
	return questions
}

// IsQuestions says whether a resource is an item, test, section or bank of questions, of whatever version.
func (r *Resource) IsQuestions() bool {
	t := strings.ToLower(r.Type)
	return strings.HasPrefix(t, "imsqti")
}
