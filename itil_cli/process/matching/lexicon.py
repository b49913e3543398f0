"""Words of the field that mean the same in English, German and French, as data: one line a meaning, its name first.

- Words stand as `words.plain` leaves them: small letters, no accents. Several words are joined by `_`.
- What stands for two meanings, or for none of the field, stays out: a wrong join costs more than a missing one.
- Endings (plural, case) need no entry; `words.py` takes them off.
"""

from __future__ import annotations

# What is there, and what is done with it.
THINGS = """
access zugriff zugang acces
account konto benutzerkonto compte kennung
accounting buchhaltung comptabilite compta
address adresse
admin administrator administrateur adminrecht
answer respond reply antworten reagieren repondre
app application anwendung applikation appli
approval approve freigabe genehmigung approbation
archive archiv
attachment anhang anlage piece_jointe pieces_jointes
audio sound ton pas_de_son lautsprecher speaker haut_parleur
backup bkp sicherung datensicherung sauvegarde backups
badge ausweis access_card id_card zutrittskarte
bandwidth bandbreite bande_passante
barcode strichcode code_barre code_a_barres
battery akku batterie accu
bill invoice rechnung facture
bluetooth
book booking buchen buchung reserver reservation reservierung reservieren
branch filiale succursale agence
browser navigateur chrome firefox edge
building gebaeude batiment
button knopf taste bouton
cable kabel
calculate berechnen calculer
calendar kalender calendrier agenda termin
call anruf anrufen appel telefonat
camera kamera webcam cctv uberwachungskamera
card karte carte
cash bargeld especes
till cash_register kasse caisse checkout_counter pos_terminal
certificate cert zertifikat certificat ssl tls
change anderung andern geandert changement modification
charge charging laden aufladen ladt charger ladegerat recharger chargeur
chat
citrix
clock uhr horloge
cloud
code
colour color farbe couleur
computer pc rechner ordinateur workstation desktop arbeitsplatzrechner
connect connection verbindung verbinden connexion connecter verbunden connectivity
contact kontakt
contract vertrag contrat
copy kopie kopieren copie copier_un
crm
customer kunde client clients
data daten donnee donnees
database db datenbank base_de_donnees bdd sql oracle
date datum
delivery lieferung livraison
device gerat appareil
dialtone dial_tone freizeichen tonalite
directory folder ordner verzeichnis dossier repertoire
disk harddisk festplatte disque platte ssd hard_drive hard_disk
display monitor screen bildschirm ecran moniteur anzeige
dns name_resolution namensauflosung
docking dock dockingstation
document doc dokument
domain domaine domane
door tur porte gate
download herunterladen telecharger telechargement
drive laufwerk lecteur netzlaufwerk
email mail e_mail mails courriel messagerie mel
employee mitarbeiter employe collaborateur
encrypt encryption verschlusselung chiffrement
excel spreadsheet tabelle tableur xls xlsx
export exportieren exporter
fan lufter ventilateur
fax telefax
file datei fichier
filter
fire brand incendie feu
firewall pare_feu
floor etage stockwerk og
font schrift schriftart police_de_caractere
form formular formulaire
gateway
gmail google
hardware materiel
headset kopfhorer casque headphones
helpdesk service_desk
holiday vacation urlaub conge conges vacances
homeoffice home_office telework teletravail remote_work
hour stunde heure
import importieren importer
ink tinte encre
install installation installieren installer setup deploy
interface schnittstelle
internet online
intranet
jam jammed papierstau bourrage
job task auftrag tache
keyboard tastatur clavier
label etikett etiquette
lamp lampe
laptop notebook portable ordinateur_portable pc_portable thinkpad macbook
licence license lizenz licenses lizenzen
lift elevator aufzug ascenseur
light licht lumiere
link verknupfung lien shortcut
list liste
login log_in logon log_on sign_in signin anmelden anmeldung einloggen se_connecter ouvrir_une_session
logout log_out abmelden deconnexion
macro makro vba
mailbox postfach inbox boite_mail boite_aux_lettres boite_de_reception mbx
malware virus trojan ransomware schadsoftware
manager vorgesetzter responsable
meeting besprechung reunion sitzung konferenz conference
memory ram arbeitsspeicher memoire
message nachricht meldung
microsoft
microphone mic mikrofon mikro micro
mobile mobile_phone smartphone handy iphone android mobiltelefon telephone_portable cell_phone diensthandy
money geld argent
mouse maus souris
name
network netzwerk netz reseau lan
night nachts nuit nightly nocturne nacht
number nummer numero
office buro bureau
order bestellung commande bestellen commander
outlook
page seite
paper papier
parcel paket colis
password pw pwd kennwort passwort mot_de_passe mdp passwords passcode passphrase
patch
payment pay zahlung bezahlung bezahlen paiement payer
pdf acrobat
permission permissions berechtigung rights rechte droits droit autorisation authorization recht
phishing scam hameconnage
phone telephone telefon telefonie telephonie voip desk_phone
photo bild_datei
pin
plotter traceur
portal portail
power strom stromversorgung courant electricite electricity power_supply
presentation powerpoint prasentation ppt
price preis prix
print printer drucker drucken druckt gedruckt imprimante imprimer impression printout
process prozess processus
program programm programme software logiciel
project projekt projet
projector beamer videoprojecteur projecteur
proxy
queue warteschlange file_d_attente spooler
quota limit grenze limite
radio funk
reader leser
reboot restart neustart redemarrer redemarrage neu_starten startet_neu
receipt beleg bon quittung recu_de_caisse ticket_de_caisse kassenbon
receive received erhalten empfangen recevoir recoit empfang bekommen ankommen
refund erstattung ruckerstattung remboursement rembourser
registration register registrieren inscription
rdp remote_desktop fernzugriff bureau_a_distance remote_access
replace replacement ersetzen ersatz remplacer remplacement austausch austauschen
report bericht rapport reporting
request anfrage anforderung demande
reset zurucksetzen reinitialiser reinitialisation
restore recover wiederherstellen restaurer restauration wiederherstellung recuperer zuruckholen
room raum salle zimmer
router routeur
salary gehalt lohn salaire payroll paie gehaltsabrechnung lohnabrechnung payslip bulletin_de_paie fiche_de_paie
sap sapgui
save speichern enregistrer gespeichert
scan scanner scannen numeriser numerisation
schedule planung planning zeitplan
search suche suchen recherche chercher rechercher
security sicherheit securite
send sent senden versenden schicken verschickt envoyer envoi versand
server serveur srv
service dienst
session sitzung_beendet
share netzfreigabe partage file_share network_share shared_folder
sharepoint
shop webshop onlineshop boutique
shutdown shut_down herunterfahren arreter eteindre turns_off switches_off
signal
signature unterschrift unterschreiben
site web website webseite site_web homepage
spam junk werbemail pourriel
stamp stempel
statement kontoauszug releve
inventory stock_level bestand lagerbestand inventaire stock
storage speicher speicherplatz stockage espace_disque space
supplier lieferant fournisseur vendor
switch commutateur
sync synchronise synchronize synchronisation synchronisieren synchroniser synchronisiert syncing
tablet ipad tablette
tape band bandlaufwerk bande
tax steuer taxe impot vat tva mwst mehrwertsteuer
teams
temperature temperatur
test
time zeit temps
timesheet zeiterfassung feuille_de_temps stundenzettel time_tracking pointage
token jeton otp mfa rsa_token two_factor zwei_faktor authenticator
toner
training schulung formation
transfer ubertragung ubertragen transfert ftp sftp
translate ubersetzung traduction
unlock freischalten entsperren deverrouiller debloquer
update aktualisierung aktualisieren mise_a_jour upgrade updaten
upload hochladen televerser
ups usv onduleur
usb usb_stick cle_usb stick
user benutzer utilisateur nutzer anwender
version
video
visitor besucher visiteur
voucher gutschein bon_d_achat gift_card geschenkkarte coupon
vpn
warehouse lager entrepot
water wasser eau
wifi wi_fi wlan wireless sans_fil
window fenster fenetre
windows
"""

# What goes wrong: it tells less than with what.
TROUBLE = """
alarm alarme
alert warn warnung alerte
blank empty leer vide
block gesperrt sperren blockieren bloquer bloque bloquee blockiert
broken defect defekt kaputt broke faulty hors_service en_panne panne breakdown ausgefallen ausfall outage damaged
cold kalt froid
crash absturz abgesturzt sturzt plante planter plantage
delete deleted loschen geloscht supprimer supprime efface effacer
deny denied refuse refused verweigert abgelehnt reject rejected abgewiesen
duplicate twice double doppelt deux_fois two_times
error fehler erreur fehlermeldung error_message message_d_erreur
expire expired abgelaufen expiration ablauf perime
fail failure failed fehlgeschlagen scheitert echec echoue schlagt_fehl fehlschlag gescheitert
flicker flackern flackert clignote
freeze frozen hang hangs stuck haengt hangt hangen eingefroren fige friert klemmt gele
full voll plein pleine saturee
heat hot heiss chaud overheat uberhitzt surchauffe warm
invalid ungultig invalide
late verspatet spat retard delayed delay verzogerung
leak leck fuite
lock locked lock_out locked_out verrouille verrouiller
missing fehlt fehlen fehlend manque manquant absent disappeared verschwunden disparu lost weg
noise gerausch bruit
offline hors_ligne
open offnen ouvrir geoffnet
recognise recognize detect erkannt erkennen reconnu detecte
slow langsam lent lente lenteur lahm rame slowly sluggish trage crawl crawls performance takes_minutes takes_long
smoke rauch fumee
start boot hochfahren booten demarrer demarrage startet starten
strange suspicious verdachtig suspect seltsam bizarre
timeout time_out timed_out zeituberschreitung delai_depasse
unreachable not_reachable nicht_erreichbar injoignable inaccessible unavailable nicht_verfugbar indisponible down
wait warten attendre attente
wrong falsch faux incorrect fausse false
"""

# Words that say nothing about what is wrong.
COMMON = """
about after again all and any are because been but can cannot could did does doing done for from get gets got had has
have her here him his how into its just let more much not now off once only other our out over own please she should
since some still such than that the their them then there these they thing this those too until very was way were what
when where which while who why will with would yes yet you your pls cant dont wont doesnt isnt need needs want
hello dear thanks thank regards say says said show shows use used using work works worked working unable today
bleibt danke dauernd funktioniert funktionieren geht gehen gruss hallo heute zeigt
bonjour fonctionne fonctionnent jour marche merci reste sommes
aber alle allen als am auch auf aus bei beim bitte das dass dem den der des die dies diese diesem diesen dieser dieses
durch ein eine einem einen einer eines ganz gibt habe haben hat ich ihr ihre immer ist jetzt kann kein keine keinen mal
man mehr mein meine meinem meinen meiner mich mir mit nach nicht nichts noch nur oder sehr sein seine seit sich sie sind
uber und uns unser unsere unter vom von vor war was wenn wer wie wieder wir wird wurde zum zur
aucun aucune aux avec avoir cela ces cet cette chez comme dans depuis des dit donc elle elles est etre fait ils les leur
lors mais mes mon nos notre nous ont par pas peut plus pour qui que quoi sans ses son sont sur tous tout toute toutes
tres une vos votre vous
above across against ago almost already also although always among another anymore anyway around aside away back became
become becomes before behind being below beside besides between beyond both came come comes didnt doesn don during each
either else elsewhere enough especially even ever every few first found gave give given gives giving goes going gone
hadn hadnt hasn hasnt haven havent having hence hers herself himself however indeed instead isn itself ive keep keeps
kept last later least less lets like likely made mainly make makes making many may maybe meanwhile might mine most
mostly must myself near nearly neither never nevertheless next none nor often onto others otherwise ought ours
ourselves perhaps put puts quite rather really recently regarding same seem seemed seems several shall somehow
sometimes soon sorry sure take taken takes taking theirs themselves therefore though through throughout thus together
toward towards tried trying under unfortunately unless upon usually various via well went whatever whenever whereas
wherever whether whole whom whose within without wouldn yours yourself yourselves
allem aller alles ander andere anderem anderen anderer anderes anderm anders bin bis bist dadurch daher damit dann
darum dasselbe dazu dein deine deinem deinen deiner deines demselben denn denselben derer derselbe derselben deshalb
desselben dessen dich dieselbe dieselben dir doch dort einig einige einigem einigen einiger einiges einmal etwas euch
euer eure eurem euren eurer eures fur gegen gewesen hab hatte hatten hattest hattet hier hin hinter ihm ihn ihnen ihrem
ihren ihrer ihres indem ins jede jedem jeden jeder jedes jene jenem jenen jener jenes kannst keinem keiner keines
konnen konnt konnte machen manche manchem manchen mancher manches meines muss mussen musst musste nachdem nein nun ohne
seid seinem seinen seiner seines selbst solche solchem solchen solcher solches soll sollen sollst sollt sollte sondern
sonst soweit sowie unserem unseren unserer unseres viel wahrend wann waren warst warum weil weiter weitere welche
welchem welchen welcher welches werde werden werdet weshalb wieso wirst woher wohin wollen wollte wurden zwar zwischen
aie aient aies ait alors apres aucuns aura aurai auraient aurais aurait auras aurez auriez aurions aurons auront aussi
autre autres avaient avais avait avant avez aviez avions avons ayant ayez ayons bien ceci ceux chaque comment
concernant contre devant devrait dois doit encore entre envers environ etaient etais etait etant ete etes etiez etions
eux faire fais faites faut fois furent fus fut hors ici jusque leurs lui maintenant malgre meme moi moins parce parmi
pendant peu plupart plusieurs pourquoi puis quand quel quelle quelles quels sauf selon sera serai seraient serais
serait seras serez seriez serions serons seront seulement soient sois soit sous soyez soyons suis tandis tellement tels
tes toi trop vers voici voila vont
"""
