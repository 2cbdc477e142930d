package annual

// Public is the report as the public sees it: figures, words as printed and
// prose, without what the reading had to mend and where it stood in the file.
func (r *Report) Public() *Report {
	c := r.Clone()
	c.Repairs, c.Undecided, c.Missing, c.Notes = nil, nil, nil, nil
	for i := range c.Sources {
		c.Sources[i].At = Place{}
	}
	return c
}
