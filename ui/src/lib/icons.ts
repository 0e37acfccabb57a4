/** The outlines in `styles/icons.css`; a test holds the two together. */
export type IconName =
	| 'archive' | 'arrow-down' | 'arrow-left' | 'arrow-right' | 'arrow-up' | 'badge-check'
	| 'book-open' | 'book-open-check' | 'building-2' | 'calendar' | 'check' | 'chevron-down'
	| 'chevron-left' | 'chevron-right' | 'chevron-up' | 'circle' | 'circle-check' | 'circle-dot'
	| 'circle-help' | 'circle-x' | 'clock' | 'clock-alert' | 'copy' | 'corner-up-left' | 'download'
	| 'ellipsis' | 'eye' | 'file-check-2' | 'file-pen-line' | 'file-question-mark' | 'file-text'
	| 'file-x-2' | 'folder' | 'forward' | 'hash' | 'history' | 'hourglass' | 'inbox' | 'info'
	| 'key-round' | 'landmark' | 'list-filter' | 'loader' | 'lock' | 'minus' | 'move'
	| 'octagon-alert' | 'package' | 'paperclip' | 'pen-line' | 'plus' | 'printer' | 'radar'
	| 'refresh-cw' | 'rotate-cw' | 'search' | 'send' | 'settings' | 'shield-check' | 'square'
	| 'square-check' | 'stamp' | 'triangle-alert' | 'undo-2' | 'usb' | 'user' | 'users' | 'wifi-off'
	| 'x' | 'zoom-in' | 'zoom-out';
