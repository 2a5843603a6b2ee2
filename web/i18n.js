// replaced by the page
