import './styles/index.css';
import { mount } from 'svelte';

import Pin from './views/Pin.svelte';

mount(Pin, { target: document.getElementById('app') ?? document.body });
