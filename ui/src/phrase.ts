import './styles/index.css';
import { mount } from 'svelte';

import Phrase from './views/Phrase.svelte';

mount(Phrase, { target: document.getElementById('app') ?? document.body });
