document.documentElement.dataset.contributor = "ran";
