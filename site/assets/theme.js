document.documentElement.classList.add("js");try{const t=localStorage.theme;if(t)document.documentElement.dataset.theme=t}catch{}
