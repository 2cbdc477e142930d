package page

import (
	"net/http"
	"strconv"
	"strings"

	"gongkai/store"
)

// Done answers a POST that did what it asked: it leads to a page that says so,
// by one of the words in [doneWords].
func Done(w http.ResponseWriter, r *http.Request, to, word string, d store.Done) error {
	if d.Repeated {
		word = "again"
	}
	sep := "?"
	if strings.Contains(to, "?") {
		sep = "&"
	}
	http.Redirect(w, r, to+sep+"done="+word, http.StatusSeeOther)
	return nil
}

// PathID is the {id} of the route; one that is no number names nothing.
func PathID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return 0, ErrNotFound
	}
	return id, nil
}
